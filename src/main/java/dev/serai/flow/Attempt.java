package dev.serai.flow;

import dev.serai.http.UpstreamCall;
import dev.serai.session.Session;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What a provider route works with while it serves one attempt.
 *
 * @param call target, credential and deadline
 * @param session the session in use; {@code null} without one
 */
record Attempt(UpstreamCall call, @Nullable Session session) {
    /** Puts the attempt on the exchange; {@code null} takes the last one off. */
    static void show(@Nullable Attempt attempt, Exchange exchange) {
        exchange.setProperty(UpstreamCall.PROPERTY, attempt == null ? null : attempt.call);
        exchange.setProperty(ProviderSessions.SESSION, attempt == null ? null : attempt.session);
    }
}
