package dev.serai.http;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Takes an event stream as it arrives. Called on one event loop: it must not block. */
public interface StreamListener {
    /** The stream is there; this closes it, and may be called from anywhere, at any time. */
    void opened(Runnable close);

    /** Some bytes more. */
    void arrived(Buffer bytes);

    /**
     * It has ended, however; nothing more comes.
     *
     * @param why it broke; {@code null} where the server ended it
     */
    void ended(@Nullable Throwable why);
}
