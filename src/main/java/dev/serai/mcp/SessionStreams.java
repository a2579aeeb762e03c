package dev.serai.mcp;

import dev.serai.http.UpstreamCall;
import dev.serai.session.Session;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Tells the {@link ServerStreams} of an exchange's gateway which sessions there are. */
final class SessionStreams {
    private final Runnable forget;
    private final ConcurrentHashMap<CamelContext, Optional<ServerStreams>> streams = new ConcurrentHashMap<>(1);

    /** @param forget drops what is remembered of servers' lists; must not block */
    SessionStreams(Runnable forget) {
        this.forget = forget;
    }

    /** The session has been opened, or is used. */
    void seen(Exchange exchange, @Nullable Session session) {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call != null && session != null) {
            of(exchange).ifPresent(open -> open.seen(call, session));
        }
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
                : streams.computeIfAbsent(context, made -> Optional.ofNullable(ServerStreams.of(made, forget)));
    }
}
