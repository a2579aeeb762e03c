package dev.serai.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.Json;
import dev.serai.session.Session;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a session, before it is sealed.
 *
 * @param id the server's session id
 * @param facts what the provider's routes need to know again
 * @param openedAt milliseconds since 1970
 */
record StoredSession(String id, Map<String, String> facts, long openedAt) {
    byte[] bytes() {
        ObjectNode tree = Json.MAPPER.createObjectNode().put("id", id).put("openedAt", openedAt);
        ObjectNode named = tree.putObject("facts");
        facts.forEach(named::put);
        try {
            return Json.bytes(tree);
        } catch (IOException e) {
            throw new IllegalStateException("text is always JSON", e);
        }
    }

    private static StoredSession of(byte[] bytes) throws IOException {
        JsonNode tree = Json.MAPPER.readTree(bytes);
        Map<String, String> facts = new HashMap<>();
        tree.path("facts")
                .properties()
                .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asText()));
        return new StoredSession(
                tree.path("id").asText(), facts, tree.path("openedAt").asLong());
    }

    /** What was found, opened; {@code null} if this key does not open it. */
    static @Nullable StoredSession open(Found found, StoreKey key, String place) {
        try {
            return of(key.open(found.sealed(), place + found.tag()));
        } catch (GeneralSecurityException | IOException e) {
            return null;
        }
    }

    Session restore(long now) {
        return Session.restored(id, facts, Duration.ofMillis(Math.max(0, now - openedAt)));
    }

    @Override
    public String toString() {
        return "stored session";
    }
}
