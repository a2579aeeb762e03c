package dev.serai.mcp.client;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Closes a body that takes too long to read, unless it has been read before: its reader then fails. */
final class Closing {
    private final CompletableFuture<Void> read = new CompletableFuture<>();

    private Closing() {}

    static Closing of(InputStream body, Duration patience) {
        Closing closing = new Closing();
        var unused = closing.read
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(late -> {
                    try {
                        body.close();
                    } catch (IOException e) {
                        // It is over either way.
                    }
                    return null;
                });
        return closing;
    }

    /** It has been read. */
    void close() {
        read.complete(null);
    }
}
