package dev.serai.http;

import java.time.Duration;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * How long the server of an endpoint of Camel's may send nothing. A call is stopped at its deadline, whatever the server
 * does; but an endpoint can be used by what is no call, or goes on after one.
 */
final class Silence {
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private Silence() {}

    /** Leaves alone what the endpoint's own {@code responseTimeout} says. */
    static void bound(@Nullable UpstreamCall call, HttpClientContext context) {
        RequestConfig config = context.getRequestConfigOrDefault();
        Timeout own = config.getResponseTimeout();
        if (own != null && own.isEnabled()) {
            return;
        }
        Duration left = call == null ? Duration.ZERO : Duration.ofNanos(call.deadlineNanos() - System.nanoTime());
        context.setRequestConfig(RequestConfig.copy(config)
                .setResponseTimeout(Timeout.of(left.compareTo(LONGEST) > 0 ? left : LONGEST))
                .build());
    }
}
