package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.capability.Durations;
import dev.serai.capability.SessionMode;
import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Which servers begin with a handshake and which are stateless, by server and credential. What was found out is
 * remembered for a while, so that a server that has been upgraded is found. Source: MCP 2026-07-28, versioning.
 */
final class Eras {
    private static final int MOST_SERVERS = 10_000;
    private static final Duration USUALLY = Duration.ofHours(24);
    private static final int NOT_IMPLEMENTED = 501;
    /** Refusals that say nothing about the protocol: who asks, or when. */
    private static final Set<Integer> NO_EVIDENCE = Set.of(401, 403, 407, 408, 429);

    private final LongSupplier nanoTime;
    private final Cache<Server, Verdict> known = Caffeine.newBuilder()
            .maximumSize(MOST_SERVERS)
            .executor(Runnable::run)
            .build();

    private record Server(String url, String credential, long generation) {
        static Server of(UpstreamCall call) {
            return new Server(
                    call.serverUrl(),
                    call.credential().identity(),
                    call.credential().valueGeneration());
        }
    }

    private record Verdict(boolean stateless, long found) {}

    /** What was found out for one call; said of no other that the same exchange goes on with. */
    private record Found(UpstreamCall call, boolean stateless) {}

    /** @param nanoTime as {@link System#nanoTime()} */
    Eras(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether the server of this exchange is stateless, as declared or remembered; {@code null} where that is not known. */
    @Nullable
    Boolean isStateless(Exchange exchange) {
        if (isDeclared(exchange)) {
            return !hasTransport(exchange)
                    && ProtocolVersion.isStateless(
                            exchange.getMessage().getHeader(McpHeaders.DECLARED_VERSION, String.class));
        }
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call == null) {
            return false;
        }
        Found found = found(exchange);
        if (found != null) {
            return found.stateless();
        }
        Verdict verdict = known.getIfPresent(Server.of(call));
        if (verdict == null) {
            return null;
        }
        boolean holds = nanoTime.getAsLong() - verdict.found() < lasts(exchange).toNanos();
        return holds ? verdict.stateless() : null;
    }

    /**
     * For an opening. It asks a server that was found to be stateless again, since that one may have changed, and none
     * where a session is required.
     */
    @Nullable
    Boolean isStatelessNow(Exchange exchange) {
        Boolean stateless = isStateless(exchange);
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call == null || isDeclared(exchange) || found(exchange) != null) {
            return stateless;
        }
        if (call.capability().sessionMode() == SessionMode.REQUIRED) {
            return false;
        }
        return Boolean.TRUE.equals(stateless) ? null : stateless;
    }

    /** Notes what the answer to {@code server/discover} says. */
    void discovered(Exchange exchange, JsonNode result) {
        boolean stateless = false;
        for (JsonNode version : result.path("supportedVersions")) {
            stateless |= ProtocolVersion.isStateless(version.asText());
        }
        note(exchange, stateless);
    }

    /** Notes that this failure of {@code server/discover} is how a server with a handshake answers; else throws it. */
    void notDiscovered(Exchange exchange, Exception failure) throws Exception {
        if (!isEvidence(failure)) {
            throw failure;
        }
        note(exchange, false);
    }

    /**
     * Forgets that the server begins with a handshake, which this failure shows to be no longer true.
     *
     * @throws Exception the failure, where it shows nothing
     */
    void notInitialized(Exchange exchange, Exception failure) throws Exception {
        UpstreamCall call = UpstreamCall.of(exchange);
        boolean remembered = call != null
                && known.asMap().remove(Server.of(call)) != null
                && !isDeclared(exchange)
                && found(exchange) == null
                && call.capability().sessionMode() != SessionMode.REQUIRED;
        boolean opened = exchange.getProperty(McpHeaders.SESSION) != null;
        if (!remembered || opened || !isEvidence(failure)) {
            throw failure;
        }
    }

    /** What was found out about the server of this exchange holds no longer. */
    void forget(Exchange exchange) {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call != null) {
            known.invalidate(Server.of(call));
        }
    }

    private static boolean isDeclared(Exchange exchange) {
        return exchange.getMessage().getHeader(McpHeaders.DECLARED_VERSION) != null || hasTransport(exchange);
    }

    /** The old transport is of the session era, whatever its server speaks elsewhere. */
    private static boolean hasTransport(Exchange exchange) {
        return exchange.getMessage().getHeader(McpHeaders.DECLARED_TRANSPORT) != null;
    }

    private void note(Exchange exchange, boolean stateless) {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call == null) {
            throw new IllegalStateException("an era is found out for a call only");
        }
        exchange.setProperty(McpHeaders.ERA_FOUND, new Found(call, stateless));
        known.put(Server.of(call), new Verdict(stateless, nanoTime.getAsLong()));
    }

    @SuppressWarnings("ReferenceEquality") // of the very same call
    private static @Nullable Found found(Exchange exchange) {
        Found found = exchange.getProperty(McpHeaders.ERA_FOUND, Found.class);
        return found != null && found.call() == UpstreamCall.of(exchange) ? found : null;
    }

    /** Any answer that is no discovery, but none that could as well come from something in front of the server. */
    private static boolean isEvidence(Exception failure) {
        if (failure instanceof UpstreamStatusException refusal) {
            int status = refusal.status();
            return (status < 300 || status >= 400)
                    && (status < 500 || status == NOT_IMPLEMENTED)
                    && !NO_EVIDENCE.contains(status);
        }
        return failure instanceof CapabilityException told && told.code() == ErrorCode.UPSTREAM_PROTOCOL_ERROR;
    }

    private static Duration lasts(Exchange exchange) {
        String declared = exchange.getMessage().getHeader(McpHeaders.ERA_EXPIRES, String.class);
        return declared == null ? USUALLY : Durations.parse(declared);
    }
}
