package dev.serai.flow;

import dev.serai.credential.Credential;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerChannel;
import dev.serai.session.Session;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What calls have in common that may be one request.
 *
 * @param capability its id
 * @param metadata its declaration's, so that one that has changed is another
 * @param server the address in force
 * @param credential whose it is
 * @param generation of the credential's value
 * @param scope those who would share a session
 * @param session the session in use, whose identity counts; {@code null} without one
 */
record BatchKey(
        String capability,
        Map<String, String> metadata,
        String server,
        String credential,
        long generation,
        String scope,
        @Nullable Session session) {
    /** {@code null} where the call goes with no other. */
    static @Nullable BatchKey of(Exchange exchange, Invocation invocation) {
        Plan plan = invocation.plan();
        String scope = Scopes.of(plan, invocation);
        if (scope.equals(Scopes.CALL) || invocation.streaming || isFollowed(CallerChannel.of(exchange))) {
            return null;
        }
        Attempt attempt = Objects.requireNonNull(invocation.attempt);
        UpstreamCall call = attempt.call();
        Credential credential = call.credential();
        return new BatchKey(
                plan.capability().id(),
                plan.capability().metadata(),
                call.serverUrl(),
                credential.identity(),
                credential.valueGeneration(),
                Scopes.with(scope, invocation.abilities),
                attempt.session());
    }

    /** Whether its caller is told of it while it is made. */
    private static boolean isFollowed(@Nullable CallerChannel channel) {
        return channel != null && (channel.wantsProgress() || channel.leastLogLevel() != null);
    }
}
