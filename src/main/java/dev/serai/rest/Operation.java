package dev.serai.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.Json;
import dev.serai.rest.Parameter.In;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a declaration says about its request.
 *
 * @param path between slashes, with {@code {name}} for the parameter of that name
 * @param declared where arguments go; those that are not in it go into the body or the query
 * @param body how a body is written
 * @param whole whether the result is status, headers and body
 */
record Operation(String method, String path, List<Parameter> declared, Body body, boolean whole) {
    static final Pattern PLACE = Pattern.compile("\\{([^{}/]+)}");

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE");
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    /**
     * The operation of a declaration.
     *
     * @param block the keys of its provider's block
     * @throws Wrong naming the key
     */
    static Operation of(Map<String, String> block) {
        String method = block.getOrDefault("method", "GET").toUpperCase(Locale.ROOT);
        if (!METHODS.contains(method)) {
            throw new Wrong("method", "expected a method of HTTP, was \"" + method + "\"");
        }
        String path = block.getOrDefault("path", "");
        if (path.chars().anyMatch(c -> c <= ' ' || c == '?' || c == '#' || c == 0x7f)) {
            throw new Wrong("path", "expected a path such as /pets/{petId}, without query and blanks");
        }
        List<Parameter> parameters = new ArrayList<>();
        each(block, "parameters", tree -> parameters.add(Parameter.of(tree)));
        places(path, parameters);
        String result = block.getOrDefault("result", "body");
        if (!result.equals("body") && !result.equals("whole")) {
            throw new Wrong("result", "expected body or whole, was \"" + result + "\"");
        }
        return new Operation(method, path, List.copyOf(parameters), body(block), result.equals("whole"));
    }

    private static Body body(Map<String, String> block) {
        Set<String> files = new HashSet<>();
        each(block, "body_files", tree -> files.add(tree.asText()));
        Map<String, Parameter> fields = new HashMap<>();
        each(block, "body_fields", tree -> {
            Parameter field = Parameter.of(tree);
            fields.put(field.name(), field);
        });
        String type = block.getOrDefault("body_type", Body.JSON);
        if (!type.matches("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+*-]+(; ?[ -~]+)?")) {
            throw new Wrong("body_type", "expected a media type such as application/json, was \"" + type + "\"");
        }
        return new Body(type, block.get("body_argument"), files, fields);
    }

    /** What a place of the path stands for, where no parameter says so. */
    private static void places(String path, List<Parameter> parameters) {
        Set<String> places = new HashSet<>();
        Matcher place = PLACE.matcher(path);
        while (place.find()) {
            String name = place.group(1);
            places.add(name);
            if (parameters.stream()
                    .noneMatch(known -> known.in() == In.PATH && known.name().equals(name))) {
                parameters.add(Parameter.plain(name, In.PATH));
            }
        }
        for (Parameter parameter : parameters) {
            if (parameter.in() == In.PATH && !places.contains(parameter.name())) {
                throw new Wrong("parameters", "the path has no {" + parameter.name() + "}");
            }
        }
    }

    private static void each(Map<String, String> block, String key, Consumer<JsonNode> taken) {
        String text = block.get(key);
        if (text == null) {
            return;
        }
        try {
            JsonNode list = Json.MAPPER.readTree(text);
            if (list == null || !list.isArray()) {
                throw new Wrong(key, "expected a list");
            }
            list.forEach(taken);
        } catch (JsonProcessingException e) {
            throw new Wrong(key, "expected a list");
        } catch (Wrong e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new Wrong(key, String.valueOf(e.getMessage()));
        }
    }

    /** Whether arguments that no parameter takes go into a body; else they go into the query. */
    boolean restIsBody() {
        return WITH_BODY.contains(method) && body.argument() == null;
    }

    /** A mistake of the declaration. */
    static final class Wrong extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        private final String key;

        Wrong(String key, @Nullable String message) {
            super(message);
            this.key = key;
        }

        String key() {
            return key;
        }
    }
}
