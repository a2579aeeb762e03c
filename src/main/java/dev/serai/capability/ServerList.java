package dev.serai.capability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.Json;
import java.util.ArrayList;
import java.util.List;

/** The servers of {@code <p>_server_url}: one URL, or a JSON list of those of its replicas. */
public final class ServerList {
    /** The most replicas of one server. */
    static final int MOST = 16;

    private ServerList() {}

    /**
     * The URLs as they are declared, in their order.
     *
     * @throws IllegalArgumentException for a list that is no JSON list of 2 to 16 different texts
     */
    public static List<String> of(String declared) {
        if (!declared.startsWith("[")) {
            return List.of(declared);
        }
        try {
            List<String> urls = new ArrayList<>();
            for (JsonNode url : Json.MAPPER.readTree(declared)) {
                if (!url.isTextual() || urls.contains(url.textValue())) {
                    throw unusable();
                }
                urls.add(url.textValue());
            }
            if (urls.size() >= 2 && urls.size() <= MOST) {
                return List.copyOf(urls);
            }
        } catch (JsonProcessingException e) {
            // Told below.
        }
        throw unusable();
    }

    private static IllegalArgumentException unusable() {
        return new IllegalArgumentException("expected a list of 2 to " + MOST + " different URLs");
    }
}
