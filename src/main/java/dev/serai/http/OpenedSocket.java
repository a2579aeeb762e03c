package dev.serai.http;

import io.vertx.core.Context;
import io.vertx.core.http.WebSocketBase;
import org.jspecify.annotations.Nullable;

/**
 * What became of the opening of a connection for messages both ways: the connection, or what was answered instead.
 *
 * @param socket paused; {@code null} where there is none
 * @param context the event loop of the connection
 * @param refusal {@code null} where there is a connection
 */
public record OpenedSocket(
        @Nullable WebSocketBase socket,
        Context context,
        @Nullable LocalAnswer refusal) {}
