package dev.serai.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request as it goes out.
 *
 * @param headers without those that the client adds: {@code Host}, {@code Content-Length}
 * @param body empty where there is none
 * @param connectTimeout longest wait for the connection
 * @param network by which it goes
 * @param lasting who takes an event stream that lasts, for as long as it does; {@code null} where its reader asks for it
 */
record Outbound(
        HttpMethod method,
        Target target,
        MultiMap headers,
        Buffer body,
        Duration connectTimeout,
        UpstreamNetwork network,
        @Nullable StreamListener lasting) {}
