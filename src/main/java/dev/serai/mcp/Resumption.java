package dev.serai.mcp;

import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamUnreachableException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Takes up the stream of an answer where it broke off, or where its server closed it for the time being: the request is
 * not sent again. Bounded in number and by the deadline. Source: MCP 2025-11-25, Streamable HTTP, resumability.
 */
final class Resumption {
    /** Exchange property: the id of the last event that came. */
    static final String LAST_EVENT_ID = "SeraiMcpLastEventId";

    private static final int MOST = 100;
    private static final int MOST_UNREACHED = 5;
    private static final long USUAL_MILLIS = 1_000;
    private static final long SHORTEST_MILLIS = 10;
    private static final int MAX_ID_CHARS = 1_024;

    private final ProducerTemplate template;
    private final @Nullable UpstreamCall call;
    private final @Nullable Object session;
    private int times;
    private int unreached;

    Resumption(Exchange exchange, ProducerTemplate template) {
        this.template = template;
        this.call = UpstreamCall.of(exchange);
        this.session = exchange.getProperty(McpHeaders.SESSION);
    }

    /**
     * The rest of the stream; {@code null} where the server does not give it.
     *
     * @param retryMillis the wait that the server asked for; {@code null} where it asked for none
     */
    @Nullable
    InputStream after(String eventId, @Nullable Long retryMillis) {
        if (call == null || session == null || !isSendable(eventId)) {
            return null;
        }
        long wait = Math.max(SHORTEST_MILLIS, retryMillis == null ? USUAL_MILLIS : retryMillis);
        while (times++ < MOST && unreached < MOST_UNREACHED) {
            await(wait, call);
            Exchange exchange = template.send("direct:mcp-resume-stream", again -> {
                again.setProperty(UpstreamCall.PROPERTY, call);
                again.setProperty(McpHeaders.SESSION, session);
                again.setProperty(LAST_EVENT_ID, eventId);
            });
            if (!(exchange.getException() instanceof UpstreamUnreachableException)) {
                return exchange.getMessage().getBody() instanceof InputStream rest ? rest : null;
            }
            unreached++;
        }
        return null;
    }

    private static boolean isSendable(String id) {
        return !id.isEmpty() && id.length() <= MAX_ID_CHARS && id.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    private static void await(long millis, UpstreamCall call) {
        long left = call.deadlineNanos() - System.nanoTime();
        if (TimeUnit.MILLISECONDS.toNanos(millis) >= left) {
            throw new CapabilityException(
                    ErrorCode.TIMEOUT, "the server closed its stream, and wants to be asked again after the deadline");
        }
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CapabilityException(ErrorCode.TIMEOUT, "the upstream did not finish its answer in time", e);
        }
    }
}
