package dev.serai.http;

import java.util.function.Consumer;

/** What servers that are commands, or are reached by a transport of their own, say that no request asked for. */
public final class Unasked {
    private volatile Consumer<byte[]> audience = nobody -> {};

    /** Has this told, instead of whom was told before; it must not block. */
    public void follow(Consumer<byte[]> audience) {
        this.audience = audience;
    }

    /** A server said this. */
    public void said(byte[] message) {
        audience.accept(message);
    }
}
