package dev.serai.grpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.Json;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The metadata that a declaration names: a list of {@code {name, value}}. */
final class DeclaredMetadata {
    private static final Pattern NAME = Pattern.compile("[0-9a-z_.-]{1,128}");
    private static final Pattern VALUE = Pattern.compile("[ -~]{0,4096}");
    private static final Set<String> OTHERS =
            Set.of("authorization", "connection", "content-length", "content-type", "host", "te", "user-agent");
    private static final int MOST = 50;

    private DeclaredMetadata() {}

    /**
     * By names.
     *
     * @param text the list as JSON
     * @throws IllegalArgumentException saying what is wrong
     */
    static Map<String, String> of(String text) {
        JsonNode list;
        try {
            list = Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected a list of { name, value }");
        }
        if (!list.isArray() || list.size() > MOST) {
            throw new IllegalArgumentException("expected a list of at most " + MOST + " of { name, value }");
        }
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            String name = list.get(i).path("name").asText("");
            JsonNode value = list.get(i).path("value");
            if (!NAME.matcher(name).matches() || name.startsWith("grpc-") || OTHERS.contains(name)) {
                throw new IllegalArgumentException(
                        "/" + i + "/name: expected a name of small letters, digits, -, _ and .,"
                                + " which does not begin with grpc- and is none of "
                                + String.join(", ", OTHERS.stream().sorted().toList()));
            }
            if (!value.isValueNode()
                    || value.isNull()
                    || !VALUE.matcher(value.asText()).matches()) {
                throw new IllegalArgumentException("/" + i + "/value: expected at most 4096 characters of ASCII");
            }
            if (name.endsWith("-bin") && !isBase64(value.asText())) {
                throw new IllegalArgumentException("/" + i + "/value: expected base64, as the name ends with -bin");
            }
            if (all.put(name, value.asText()) != null) {
                throw new IllegalArgumentException("/" + i + "/name: " + name + " is there twice");
            }
        }
        return Map.copyOf(all);
    }

    private static boolean isBase64(String text) {
        try {
            return Base64.getDecoder().decode(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
