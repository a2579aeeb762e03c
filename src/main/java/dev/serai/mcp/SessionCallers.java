package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.session.Session;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The callers that have a call in progress in a session and can be asked something. What a server asks on the stream that
 * is of no request is for the only one of them: if there are several, nobody can say whose it is.
 */
final class SessionCallers {
    private final ConcurrentHashMap<String, Set<Caller>> callers = new ConcurrentHashMap<>();

    private record Caller(CallerChannel channel, long deadlineNanos) {}

    /** Whether the caller of this exchange, or those that its session is opened for, can be asked anything. */
    static boolean canBeAsked(Exchange exchange) {
        return !CallerAbilities.of(exchange).label().isEmpty()
                || !CallerAbilities.of(CallerChannel.of(exchange)).label().isEmpty();
    }

    /** Its caller has a call in progress in the session until the exchange has ended. */
    void calling(Exchange exchange, Session session) {
        CallerChannel channel = CallerChannel.of(exchange);
        UpstreamCall call = UpstreamCall.of(exchange);
        String place = place(call, session);
        if (channel == null || call == null || place == null) {
            return;
        }
        Caller caller = new Caller(channel, call.deadlineNanos());
        callers.compute(place, (key, some) -> {
            Set<Caller> all = some == null ? ConcurrentHashMap.newKeySet() : some;
            all.add(caller);
            return all;
        });
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange ended) {
                callers.computeIfPresent(place, (key, some) -> {
                    some.remove(caller);
                    return some.isEmpty() ? null : some;
                });
            }
        });
    }

    private static @Nullable String place(@Nullable UpstreamCall call, Session session) {
        return call == null || session.id() == null ? null : call.serverUrl() + " " + session.id();
    }

    /**
     * Asks the only caller.
     *
     * @param call one that the session served
     * @param key unique among what the server asks
     * @return its result, or a {@link CapabilityException}
     */
    CompletableFuture<JsonNode> ask(UpstreamCall call, Session session, String key, String method, JsonNode params) {
        Set<Caller> some = callers.getOrDefault(String.valueOf(place(call, session)), Set.of());
        Caller only = some.size() == 1 ? some.stream().findFirst().orElse(null) : null;
        if (only == null) {
            return CompletableFuture.failedFuture(
                    new CapabilityException(ErrorCode.UPSTREAM_ERROR, "nobody is there to ask"));
        }
        return CallerQuestions.ask(only.channel(), key, method, params, only.deadlineNanos());
    }
}
