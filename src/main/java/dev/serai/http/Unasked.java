package dev.serai.http;

import java.util.function.BiConsumer;

/** What servers that are commands, or are reached by a transport of their own, say that no request asked for. */
public final class Unasked {
    private volatile BiConsumer<String, byte[]> audience = (nobody, nothing) -> {};

    /** Names a session: where it is, and its id. */
    public static String name(String url, String id) {
        return url + ' ' + id;
    }

    /** Has this told, instead of whom was told before; it must not block. */
    public void follow(BiConsumer<String, byte[]> audience) {
        this.audience = audience;
    }

    /** A server said this in a session, which {@link #name} names. */
    public void said(String session, byte[] message) {
        audience.accept(session, message);
    }
}
