package dev.serai.http;

import dev.serai.capability.Capability;
import dev.serai.credential.Credential;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Where a request of one exchange goes and until when: kept as an exchange property, never as a
 * header, so that nothing of it can be propagated.
 *
 * @param capability the declaration that asked
 * @param serverUrl the target, already resolved; empty where the declaration names none
 * @param credential what authenticates the request
 * @param deadlineNanos {@link System#nanoTime()} by which the answer must have been read
 */
public record UpstreamCall(Capability capability, String serverUrl, Credential credential, long deadlineNanos) {
    /** The exchange property that holds it. */
    public static final String PROPERTY = "SeraiUpstreamCall";

    /** The call of this exchange, or {@code null} outside a provider route. */
    public static @Nullable UpstreamCall of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, UpstreamCall.class);
    }
}
