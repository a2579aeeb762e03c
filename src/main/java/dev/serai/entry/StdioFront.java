package dev.serai.entry;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server on standard input and output in front of a running gateway; found by {@link java.util.ServiceLoader}. */
public interface StdioFront {
    /**
     * Serves until the input ends and what was asked is answered.
     *
     * @param gateway where it runs; the path of its entry is added where the URL has none
     * @param apiKey for the gateway; {@code null} sends none
     * @param out gets messages and nothing else
     * @param log gets lines for people
     * @throws IllegalArgumentException if the key is none that a header can carry
     */
    void serve(URI gateway, @Nullable String apiKey, InputStream in, OutputStream out, Consumer<String> log);
}
