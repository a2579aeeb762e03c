package dev.serai.mcp;

import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Causes;
import dev.serai.invocation.ErrorCode;
import dev.serai.loop.Workers;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Sends answers to what a server asks during a call, while its stream is read. One that cannot be sent ends the call:
 * the server would wait for it.
 */
final class ServerAnswers {
    private final ProducerTemplate template;
    private final @Nullable Workers workers;
    private final @Nullable UpstreamCall call;
    private final @Nullable Object session;
    private final boolean several;
    private volatile @Nullable InputStream stream;
    private volatile boolean over;
    private volatile @Nullable CapabilityException failure;

    /** @param stream the answer of the call, which is given up where an answer to the server cannot be sent */
    ServerAnswers(Exchange exchange, ProducerTemplate template, @Nullable InputStream stream) {
        CamelContext context = exchange.getContext();
        this.template = template;
        this.workers = context.getRegistry().lookupByNameAndType("workers", Workers.class);
        this.call = UpstreamCall.of(exchange);
        this.session = exchange.getProperty(McpHeaders.SESSION);
        this.several = exchange.getProperty(McpHeaders.MANY) != null;
        this.stream = stream;
    }

    /** Sends it from another thread: the current one reads, or is the caller's. */
    void post(byte[] answer) {
        if (workers == null) {
            send(answer);
        } else {
            workers.goOn(() -> send(answer));
        }
    }

    /** The answer of the call goes on in this stream. */
    void reading(@Nullable InputStream next) {
        stream = next;
    }

    /** The call has ended: nobody waits for what is still asked. */
    void end() {
        over = true;
    }

    @Nullable
    CapabilityException failure() {
        return failure;
    }

    private void send(byte[] answer) {
        if (over) {
            return;
        }
        Exception failed = template.send("direct:mcp-answer-server", exchange -> {
                    exchange.setProperty(UpstreamCall.PROPERTY, call);
                    exchange.setProperty(McpHeaders.SESSION, session);
                    exchange.getMessage().setBody(answer);
                })
                .getException();
        if (failed != null && !over) {
            CapabilityException known = Causes.find(failed, CapabilityException.class);
            failure = new CapabilityException(
                    known == null ? ErrorCode.UPSTREAM_ERROR : known.code(),
                    "the server asked during the call and did not take the answer"
                            + (known == null ? "" : ": " + told(known).getMessage()),
                    null);
            giveUp();
        }
    }

    private CapabilityException told(CapabilityException known) {
        return several && known instanceof UpstreamStatusException refusal ? refusal.toSeveral() : known;
    }

    private void giveUp() {
        InputStream given = stream;
        if (given != null) {
            try {
                given.close();
            } catch (IOException e) {
                // Then it has ended.
            }
        }
    }
}
