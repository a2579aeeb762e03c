package dev.serai.flow;

import dev.serai.http.UpstreamCall;
import dev.serai.session.Session;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What a provider route works with while it serves one attempt.
 *
 * @param provider whose route is called
 * @param call target, credential and deadline
 * @param session the session in use; {@code null} without one
 */
record Attempt(String provider, UpstreamCall call, @Nullable Session session) {
    /** The exchange property that names the provider, read by the step that calls its route. */
    static final String PROVIDER = "SeraiProvider";

    /** Puts the attempt on the exchange; {@code null} takes the last one off. */
    static void show(@Nullable Attempt attempt, Exchange exchange) {
        exchange.setProperty(PROVIDER, attempt == null ? null : attempt.provider);
        exchange.setProperty(UpstreamCall.PROPERTY, attempt == null ? null : attempt.call);
        exchange.setProperty(ProviderSessions.SESSION, attempt == null ? null : attempt.session);
    }
}
