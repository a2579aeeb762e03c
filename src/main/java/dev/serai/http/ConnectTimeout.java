package dev.serai.http;

import dev.serai.capability.Capability;
import dev.serai.capability.Durations;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.util.Timeout;

/** A declaration's own limit for making a connection. */
final class ConnectTimeout {
    private ConnectTimeout() {}

    /** Connections are pooled for all, so that only the request can carry what differs between declarations. */
    @SuppressWarnings("deprecation") // the client's other place for it is one per server, not per declaration
    static void apply(Capability capability, HttpClientContext context) {
        String declared = capability.metadata().get("policy_timeout_connect");
        if (declared != null) {
            context.setRequestConfig(RequestConfig.copy(context.getRequestConfigOrDefault())
                    .setConnectTimeout(Timeout.of(Durations.parse(declared)))
                    .build());
        }
    }
}
