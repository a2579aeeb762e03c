package dev.serai.http;

import io.vertx.core.buffer.Buffer;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process, or a server at the other end of a transport, answers, as a server at a URL would.
 *
 * @param status 200 to 599
 * @param body empty where it is an event stream
 * @param stream the events where the answer is a stream of them, to be closed by its reader; a read that waits when
 *     it is closed fails
 */
public record LocalAnswer(
        int status,
        Map<String, String> headers,
        Buffer body,
        @Nullable InputStream stream) {}
