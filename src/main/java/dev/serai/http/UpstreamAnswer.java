package dev.serai.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.Json;
import dev.serai.invocation.UpstreamText;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Moves an answer from camel-http's exchange to the provider route's, within bounds. */
final class UpstreamAnswer {
    private static final int MAX_ERROR_BODY = 64 * 1024;
    private static final long ERROR_BODY_MILLIS = 1_000;
    private static final int USUAL_BODY = 1024;

    /** What a provider route set for this request and must not find itself repeating in its next. */
    private static final String[] TARGET = {Exchange.HTTP_METHOD, Exchange.HTTP_PATH, Exchange.HTTP_QUERY};

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    private final int maxBody;
    private final DrainMemory memory = new DrainMemory();

    UpstreamAnswer(int maxBody) {
        this.maxBody = maxBody;
    }

    /** Returns whether the body is a stream that is still open, which then ends the guard. */
    boolean read(Exchange request, Exchange exchange, UpstreamCall call, CallGuard guard) throws IOException {
        Message from = request.getMessage();
        int status = from.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, int.class);
        call.span().set("http.response.status_code", status);
        InputStream stream = from.getBody() instanceof InputStream in ? in : InputStream.nullInputStream();
        AbortableStream body = new AbortableStream(stream, maxBody, guard, memory, call.serverUrl());
        if (status < 200 || status >= 300) {
            throw refused(status, body, guard, request.getIn());
        }
        Message to = exchange.getMessage();
        for (String name : TARGET) {
            to.removeHeader(name);
        }
        from.getHeaders().forEach((name, value) -> {
            if (UpstreamHeaders.crosses(name)) {
                to.setHeader(name, value);
            }
        });
        to.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        if (!READS.contains(request.getIn().getHeader(Exchange.HTTP_METHOD, "POST", String.class))) {
            call.noteWork();
        }
        String type = from.getHeader(Exchange.CONTENT_TYPE, "", String.class);
        boolean events = type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
        to.setBody(events ? body : readWhole(body));
        return events;
    }

    private byte[] readWhole(AbortableStream body) throws IOException {
        try (body) {
            byte[] bytes = new byte[Math.min(USUAL_BODY, maxBody)];
            int length = 0;
            for (int n = 0; n >= 0; length += Math.max(0, n)) {
                if (length == bytes.length && length < maxBody) {
                    bytes = Arrays.copyOf(bytes, (int) Math.min(maxBody, 2L * length));
                }
                n = length < bytes.length ? body.read(bytes, length, bytes.length - length) : body.read();
            }
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }
    }

    /** The status is what counts: a body that is cut off or does not end takes nothing from it. */
    private UpstreamStatusException refused(int status, AbortableStream body, CallGuard guard, Message sent) {
        byte[] start = new byte[Math.min(MAX_ERROR_BODY, maxBody)];
        int length = 0;
        guard.hasten(ERROR_BODY_MILLIS);
        try (body) {
            int n = 0;
            while (n >= 0 && length < start.length) {
                length += n;
                n = body.read(start, length, start.length - length);
            }
        } catch (IOException e) {
            // What has arrived is used.
        }
        JsonNode error = rpcError(Arrays.copyOf(start, length));
        @Nullable
        Integer code = error == null ? null : Integer.valueOf(error.path("code").asInt());
        @Nullable
        String message = error == null
                ? null
                : UpstreamText.excerpt(error.path("message").asText(""), secrets(sent));
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

    /** What the request carried and a server may quote: its session id or token, whatever its header is called. */
    private static List<String> secrets(Message sent) {
        return UpstreamText.secrets(sent.getHeaders().entrySet().stream()
                .filter(header -> UpstreamHeaders.mayBeSecret(header.getKey()))
                .map(header -> String.valueOf(header.getValue()))
                .toArray(String[]::new));
    }
}
