package dev.serai.mcp;

import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerChannel;
import dev.serai.trace.TraceContext;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Puts messages on an exchange whose next step is the HTTP step. */
final class Requests {
    private static final String JSON = "application/json";
    private static final String JSON_OR_EVENTS = "application/json, text/event-stream";
    private static final String PROGRESS_TOKEN = "progressToken";

    /**
     * Ids are unique in every session, also in one that several processes share, and exact in JavaScript: servers
     * built on the TypeScript SDK hang without a word when two open requests of a session have the same id.
     */
    private static final AtomicLong NEXT_ID =
            new AtomicLong(ThreadLocalRandom.current().nextLong(1, 1L << 52));

    private Requests() {}

    static long nextId() {
        return NEXT_ID.getAndIncrement();
    }

    /** The next message is this request, under an id of its own. */
    static void write(Exchange exchange, Wire wire, McpRequest request) {
        write(exchange, wire, request, request, 0);
    }

    /** The next message is what answers the server's questions: the first request with the answers. */
    static void write(Exchange exchange, Wire wire, McpRequest first, McpRequest now, int rounds) {
        long id = nextId();
        exchange.setProperty(McpHeaders.PENDING, new Pending(id, first, wire, rounds));
        UpstreamCall call = UpstreamCall.of(exchange);
        TraceContext trace = call == null ? null : call.span().context();
        CallerChannel channel = CallerChannel.of(exchange);
        boolean progress = channel != null && channel.wantsProgress();
        byte[] body = JsonRpcWriter.request(id, now.method(), json -> {
            if (trace != null || progress || wire.hasMeta()) {
                json.writeObjectFieldStart("_meta");
                if (trace != null) {
                    JsonRpcWriter.writeTrace(json, trace);
                }
                if (progress) {
                    json.writeNumberField(PROGRESS_TOKEN, id);
                }
                wire.meta(json);
                json.writeEndObject();
            }
            now.params().write(json);
        });
        post(exchange.getMessage(), body);
        wire.headers(exchange.getMessage(), now);
    }

    /** The next message is this notification or answer. */
    static void write(Exchange exchange, SessionWire wire, byte[] body) {
        post(exchange.getMessage(), body);
        wire.headers(exchange.getMessage());
    }

    private static void post(Message message, byte @Nullable [] body) {
        McpHeaders.clear(message);
        message.setHeader(McpHeaders.CONTENT_TYPE, JSON);
        message.setHeader(McpHeaders.ACCEPT, JSON_OR_EVENTS);
        message.setBody(body);
    }
}
