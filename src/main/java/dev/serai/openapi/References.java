package dev.serai.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Follows references within a description; others are never followed. */
final class References {
    private final JsonNode root;

    References(JsonNode root) {
        this.root = root;
    }

    JsonNode root() {
        return root;
    }

    /**
     * What a node stands for: itself, or what its {@code $ref} leads to in the end.
     *
     * @throws Unusable where it leads out of the description, nowhere, or round in a circle
     */
    JsonNode resolve(JsonNode node) {
        Set<String> seen = new HashSet<>();
        JsonNode found = node;
        while (found.path("$ref").isTextual()) {
            String ref = found.path("$ref").asText();
            if (!seen.add(ref)) {
                throw new Unusable("$ref \"" + shown(ref) + "\" leads back to itself");
            }
            found = at(ref);
        }
        return found;
    }

    JsonNode at(String ref) {
        if (!ref.startsWith("#")) {
            throw new Unusable("$ref \"" + shown(ref) + "\" leads out of the description and is not followed");
        }
        JsonNode found;
        try {
            found = root.at(JsonPointer.compile(
                    URLDecoder.decode(ref.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw new Unusable("$ref \"" + shown(ref) + "\" is no JSON pointer");
        }
        if (found.isMissingNode()) {
            throw new Unusable("$ref \"" + shown(ref) + "\" leads nowhere");
        }
        return found;
    }

    private static String shown(String ref) {
        String plain = ref.replaceAll("[^ -~]", "?");
        return plain.length() > 100 ? plain.substring(0, 100) + "..." : plain;
    }

    /** What of a description no declaration can be made of. */
    static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }

        String told() {
            return String.valueOf(getMessage());
        }
    }
}
