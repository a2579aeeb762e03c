package dev.serai.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.rest.Parameter.In;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the body of a request is written.
 *
 * @param type its media type
 * @param argument whose value it is; {@code null} where it is the arguments that go nowhere else
 * @param files the parts of a multipart body, or fields, that are given as base64
 * @param fields how fields of a form are written, where not in the usual way
 */
record Body(String type, @Nullable String argument, Set<String> files, Map<String, Parameter> fields) {
    static final String JSON = "application/json";
    static final String FORM = "application/x-www-form-urlencoded";
    static final String MULTIPART = "multipart/form-data";

    /** Without parameters, in lower case. */
    private String essence() {
        return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    static boolean isJson(String mediaType) {
        String essence = mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return essence.equals(JSON) || essence.endsWith("+json") || essence.equals("text/json");
    }

    /**
     * What goes out.
     *
     * @param content bytes, or a tree that goes out as JSON
     */
    record Written(String type, Object content) {}

    /** @throws CapabilityException {@code invalid_arguments} where the value is none that the type can carry */
    Written write(JsonNode value) {
        String essence = essence();
        if (isJson(type)) {
            return new Written(type, value);
        }
        if (essence.equals(FORM)) {
            return new Written(type, form(object(value)));
        }
        if (essence.equals(MULTIPART)) {
            Multipart parts = new Multipart(files);
            object(value).properties().forEach(field -> parts.add(field.getKey(), field.getValue()));
            return new Written(MULTIPART + "; boundary=" + parts.boundary(), parts.end());
        }
        if (essence.startsWith("text/") || essence.endsWith("xml")) {
            return new Written(type, Styles.text(value).getBytes(StandardCharsets.UTF_8));
        }
        return new Written(type, bytes(value, name()));
    }

    private JsonNode object(JsonNode value) {
        if (!value.isObject()) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS,
                    "/" + name() + ": expected an object, whose fields are those of the form");
        }
        return value;
    }

    private String name() {
        return argument == null ? "" : argument;
    }

    private byte[] form(JsonNode value) {
        List<String> pairs = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            Parameter declared = fields.get(field.getKey());
            if (!field.getValue().isNull()) {
                pairs.addAll(Styles.pairs(
                        declared == null ? Parameter.plain(field.getKey(), In.QUERY) : declared, field.getValue()));
            }
        }
        return String.join("&", pairs).getBytes(StandardCharsets.US_ASCII);
    }

    /** @throws CapabilityException {@code invalid_arguments} where it is no base64 */
    static byte[] bytes(JsonNode value, String argument) {
        try {
            return Base64.getDecoder().decode(value.asText().replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS, "/" + argument + ": expected bytes as base64", e);
        }
    }
}
