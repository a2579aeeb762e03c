package dev.serai.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Moves an answer from camel-http's exchange to the provider route's, within bounds. */
final class UpstreamAnswer {
    private static final int MAX_ERROR_BODY = 64 * 1024;
    private static final int MAX_RPC_MESSAGE = 500;

    private final int maxBody;

    UpstreamAnswer(int maxBody) {
        this.maxBody = maxBody;
    }

    /** Returns whether the body is a stream that is still open, which then ends the guard. */
    boolean read(Exchange request, Exchange exchange, CallGuard guard) throws IOException {
        Message from = request.getMessage();
        int status = from.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, int.class);
        InputStream stream = from.getBody() instanceof InputStream in ? in : InputStream.nullInputStream();
        AbortableStream body = new AbortableStream(stream, guard, maxBody);
        if (status < 200 || status >= 300) {
            throw refused(status, body);
        }
        Message to = exchange.getMessage();
        to.removeHeaders("CamelHttp*");
        from.getHeaders().forEach(to::setHeader);
        String type = from.getHeader(Exchange.CONTENT_TYPE, "", String.class);
        boolean events = type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
        to.setBody(events ? body : readWhole(body));
        return events;
    }

    private static byte[] readWhole(AbortableStream body) throws IOException {
        try (body) {
            return body.readAllBytes();
        }
    }

    private UpstreamStatusException refused(int status, AbortableStream body) throws IOException {
        byte[] start;
        try (body) {
            start = body.readNBytes(Math.min(MAX_ERROR_BODY, maxBody));
        }
        JsonNode error = rpcError(start);
        @Nullable
        Integer code = error == null ? null : Integer.valueOf(error.path("code").asInt());
        @Nullable
        String message = error == null ? null : printable(error.path("message").asText(""));
        return new UpstreamStatusException(status, code, message, detail(status, message));
    }

    private static String detail(int status, @Nullable String message) {
        String what = status >= 300 && status < 400
                ? "the upstream answered " + status + ": redirects are not followed"
                : "the upstream answered " + status;
        return message == null || message.isEmpty() ? what : what + ": " + message;
    }

    private static @Nullable JsonNode rpcError(byte[] body) {
        try {
            JsonNode tree = Json.MAPPER.readTree(body);
            JsonNode error = tree == null || !tree.has("jsonrpc") ? null : tree.get("error");
            return error != null && error.isObject() ? error : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static String printable(String text) {
        StringBuilder kept = new StringBuilder();
        text.codePoints()
                .limit(MAX_RPC_MESSAGE)
                .forEach(c -> kept.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return kept.toString();
    }
}
