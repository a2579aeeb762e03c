package dev.serai.http;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to a process, or over a transport.
 *
 * @param name of its server; host and port of one that is reached over a transport
 * @param method of HTTP, in capitals
 * @param headers by names in lower case
 * @param body empty where there is none
 */
public record LocalRequest(String name, String method, Map<String, String> headers, Buffer body) {
    /** The value of a header, whose name is given in any case; {@code null} without it. */
    public @Nullable String header(String any) {
        return headers.get(any.toLowerCase(Locale.ROOT));
    }
}
