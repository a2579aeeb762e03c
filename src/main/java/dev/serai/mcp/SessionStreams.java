package dev.serai.mcp;

import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.Subscription;
import dev.serai.session.Session;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Tells the {@link ServerStreams} of an exchange's gateway which sessions there are. */
final class SessionStreams {
    private final Runnable forget;
    private final SessionCallers callers = new SessionCallers();
    private final ConcurrentHashMap<CamelContext, Optional<ServerStreams>> streams = new ConcurrentHashMap<>(1);

    /** @param forget drops what is remembered of servers' lists; must not block */
    SessionStreams(Runnable forget) {
        this.forget = forget;
    }

    /**
     * The session has been opened.
     *
     * @return done once its server can ask what it asks; {@code null} where there is nothing to wait for
     */
    @Nullable
    CompletableFuture<Void> opened(Exchange exchange, @Nullable Session session) {
        UpstreamCall call = UpstreamCall.of(exchange);
        return call == null || session == null
                ? null
                : of(exchange)
                        .map(open -> open.seen(call, session, SessionCallers.canBeAsked(exchange)))
                        .orElse(null);
    }

    /** The session is used by a call. */
    void used(Exchange exchange, @Nullable Session session) {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call == null) {
            return;
        }
        Optional<ServerStreams> open = of(exchange);
        if (session == null) {
            // A server on a line of its own is heard without one.
            return;
        }
        boolean canBeAsked = SessionCallers.canBeAsked(exchange);
        if (canBeAsked) {
            callers.calling(exchange, session);
        }
        boolean subscribes = subscription(exchange) != null;
        open.ifPresent(here -> {
            var unused = here.seen(call, session, canBeAsked || subscribes);
        });
    }

    /** The server has been asked to tell of a resource, where a caller subscribes to it. */
    void subscribed(Exchange exchange, @Nullable Session session) {
        UpstreamCall call = UpstreamCall.of(exchange);
        Subscription subscription = subscription(exchange);
        if (call != null && session != null && subscription != null) {
            of(exchange).ifPresent(open -> open.subscribed(call, session, subscription));
        }
    }

    private static @Nullable Subscription subscription(Exchange exchange) {
        CallerChannel channel = CallerChannel.of(exchange);
        return channel == null ? null : channel.subscription();
    }

    /** The session is closed. */
    void closed(Exchange exchange, @Nullable Session session) {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call != null && session != null) {
            of(exchange).ifPresent(open -> open.closed(call, session));
        }
    }

    private Optional<ServerStreams> of(Exchange exchange) {
        CamelContext context = exchange.getContext();
        Optional<ServerStreams> known = streams.get(context);
        return known != null
                ? known
                : streams.computeIfAbsent(
                        context, made -> Optional.ofNullable(ServerStreams.of(made, callers, forget)));
    }
}
