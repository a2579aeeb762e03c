package dev.serai.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.web.LoginKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * What a server answered.
 *
 * @param body JSON as it is, text as text, anything else as base64
 * @param base64 whether it is that
 * @param isEmpty whether there was none
 */
record Reply(JsonNode body, boolean base64, boolean isEmpty) {
    private static final int LARGEST_STREAM = 16 * 1024 * 1024;
    private static final Pattern CHARSET = Pattern.compile("(?i)charset=\"?([A-Za-z0-9._:-]+)");
    private static final Set<String> SECRET = Set.of("set-cookie", "www-authenticate", "authorization");

    /** @throws CapabilityException {@code upstream_protocol_error} where it is not what its type says */
    static Reply of(Message message) throws IOException {
        byte[] bytes = bytes(message.getBody());
        String type = message.getHeader(Exchange.CONTENT_TYPE, "", String.class);
        if (bytes.length == 0) {
            return new Reply(JsonNodeFactory.instance.nullNode(), false, true);
        }
        if (Body.isJson(type)) {
            try {
                return new Reply(Json.MAPPER.readTree(bytes), false, false);
            } catch (JsonProcessingException e) {
                throw new CapabilityException(
                        ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the answer says that it is JSON and is not", e);
            }
        }
        String lower = type.toLowerCase(Locale.ROOT);
        if (type.isEmpty() || lower.startsWith("text/") || lower.contains("xml") || lower.contains("charset=")) {
            return new Reply(TextNode.valueOf(new String(bytes, charset(type))), false, false);
        }
        return new Reply(TextNode.valueOf(Base64.getEncoder().encodeToString(bytes)), true, false);
    }

    private static byte[] bytes(Object body) throws IOException {
        if (!(body instanceof InputStream stream)) {
            return body instanceof byte[] bytes ? bytes : new byte[0];
        }
        try (stream) {
            byte[] bytes = stream.readNBytes(LARGEST_STREAM + 1);
            if (bytes.length > LARGEST_STREAM) {
                throw new CapabilityException(
                        ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                        "the event stream is larger than " + LARGEST_STREAM + " bytes");
            }
            return bytes;
        }
    }

    private static Charset charset(String type) {
        Matcher named = CHARSET.matcher(type);
        try {
            return named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }

    /** Status, headers in lower case without those that may be secret, and the body, where there is one. */
    ObjectNode whole(Message message, UpstreamCall call) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.put("status", message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class));
        ObjectNode headers = whole.putObject("headers");
        new TreeMap<>(message.getHeaders()).forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean inner =
                    !LoginKeys.isHeader(name) || call.capability().metadata().containsKey(name);
            if (!inner && !SECRET.contains(lower)) {
                headers.put(
                        lower,
                        value instanceof List<?> all
                                ? String.join(
                                        ", ", all.stream().map(String::valueOf).toList())
                                : String.valueOf(value));
            }
        });
        if (!isEmpty) {
            whole.set("body", body);
            if (base64) {
                whole.put("encoding", "base64");
            }
        }
        return whole;
    }
}
