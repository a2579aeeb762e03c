package dev.serai.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A body of several parts (RFC 7578). */
final class Multipart {
    private static final String LINE = "\r\n";

    private final String boundary = "serai-" + UUID.randomUUID();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Set<String> files;

    /** @param files names of the parts that are files, given as base64 or as {@code {name, type, content}} */
    Multipart(Set<String> files) {
        this.files = files;
    }

    String boundary() {
        return boundary;
    }

    /** A list is as many parts of one name. */
    void add(String name, JsonNode value) {
        if (value.isArray()) {
            value.forEach(item -> add(name, item));
        } else if (files.contains(name)) {
            String file = value.path("name").asText(name);
            String type = value.path("type").asText("application/octet-stream");
            part(name, file, type, Body.bytes(value.isObject() ? value.path("content") : value, name));
        } else if (!value.isNull()) {
            String type = value.isObject() ? Body.JSON : "text/plain; charset=utf-8";
            part(name, null, type, Styles.text(value).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void part(String name, @Nullable String file, String type, byte[] content) {
        text("--" + boundary + LINE + "Content-Disposition: form-data; name=\"" + quoted(name) + "\""
                + (file == null ? "" : "; filename=\"" + quoted(file) + "\"") + LINE + "Content-Type: "
                + type.replaceAll("[^ -~]", "") + LINE + LINE);
        out.writeBytes(content);
        text(LINE);
    }

    /** RFC 7578, section 2, by way of the HTML standard: what would end the text is percent-encoded. */
    private static String quoted(String text) {
        return text.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }

    private void text(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] end() {
        text("--" + boundary + "--" + LINE);
        return out.toByteArray();
    }
}
