package dev.serai.flow;

import dev.serai.capability.Capability;
import dev.serai.capability.LossRules;
import dev.serai.credential.CredentialRef;
import dev.serai.http.Transports;
import dev.serai.http.UpstreamNetworks;
import dev.serai.policy.Policies;
import dev.serai.session.SessionSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a declaration means at run time, worked out once per load.
 *
 * @param capability the declaration
 * @param provider whose routes serve it
 * @param serverUrl the declared server, overridden from the environment; empty where none is declared; of replicas all
 * @param replicas the addresses of the server: one, or those of its replicas
 * @param transport how messages reach it; {@code null} in the provider's usual way
 * @param credential where the credential comes from
 * @param scope who shares its session
 * @param session the session settings in force for its server
 * @param timeouts how long a call may take
 * @param idempotent whether a call may run twice
 * @param maxInFlight how many calls may be in progress at a time; 0 is no limit
 * @param policies what is to be done about its calls; {@code null} where nothing is
 * @param lostWhen the declared rules; {@code null} leaves them to the provider
 */
record Plan(
        Capability capability,
        String provider,
        String serverUrl,
        List<String> replicas,
        @Nullable String transport,
        CredentialRef credential,
        SessionScope scope,
        SessionSettings session,
        Timeouts timeouts,
        boolean idempotent,
        int maxInFlight,
        @Nullable Policies policies,
        @Nullable LossRules lostWhen) {
    /** The server, as far as sharing sessions goes. */
    String sessionsAt(String url) {
        String network = UpstreamNetworks.declared(capability);
        String at = Transports.sessionsAt(transport, url);
        return network == null ? at : network + "@" + at;
    }
}
