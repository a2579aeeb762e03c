package dev.serai.http;

import dev.serai.capability.Capability;
import dev.serai.capability.Durations;
import java.time.Duration;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** A declaration's own limit for making a connection. */
final class ConnectTimeout {
    private ConnectTimeout() {}

    /** {@code policy_timeout_connect}; {@code null} where the declaration says nothing. */
    static @Nullable Duration declared(Capability capability) {
        String text = capability.metadata().get("policy_timeout_connect");
        return text == null ? null : Durations.parse(text);
    }

    /** Connections are pooled for all, so that only the request can carry what differs between declarations. */
    @SuppressWarnings("deprecation") // the client's other place for it is one per server, not per declaration
    static void apply(Capability capability, HttpClientContext context) {
        Duration own = declared(capability);
        if (own != null) {
            context.setRequestConfig(RequestConfig.copy(context.getRequestConfigOrDefault())
                    .setConnectTimeout(Timeout.of(own))
                    .build());
        }
    }
}
