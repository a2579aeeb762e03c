package dev.serai.mcp.stdio;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** The head of an answer, and its body, which is still to be read. */
final class Answer implements Closeable {
    private static final int NOT_FOUND = 404;
    private static final long SOON_MILLIS = 250;
    /** Bytes that may follow after what was asked for. */
    private static final long LITTLE = 64 << 10;

    private final Cancellable request;
    private final ClassicHttpResponse response;
    private final ScheduledExecutorService timer;

    Answer(Cancellable request, ClassicHttpResponse response, ScheduledExecutorService timer) {
        this.request = request;
        this.response = response;
        this.timer = timer;
    }

    int status() {
        return response.getCode();
    }

    /** What a server says to a session that it does not know. */
    boolean isNotFound() {
        return status() == NOT_FOUND;
    }

    @Nullable
    String sessionId() {
        return header(Upstream.SESSION_ID);
    }

    boolean isEvents() {
        String type = header("Content-Type");
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    private @Nullable String header(String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    InputStream body() throws IOException {
        HttpEntity entity = response.getEntity();
        InputStream content = entity == null ? null : entity.getContent();
        return content == null ? InputStream.nullInputStream() : content;
    }

    /** Reads on to the end, so that the connection can be used again, where it comes soon. */
    void finish() {
        try {
            Future<?> patience = timer.schedule(request::cancel, SOON_MILLIS, TimeUnit.MILLISECONDS);
            try {
                body().skipNBytes(LITTLE);
            } finally {
                patience.cancel(false);
            }
        } catch (IOException | IllegalStateException | RejectedExecutionException e) {
            // That was the end, or it does not come, or nobody waits for it any more.
        }
    }

    /** Before the end of the body this ends the connection: it could be long until the server does. */
    @Override
    public void close() {
        request.cancel();
        try {
            response.close();
        } catch (IOException | IllegalStateException e) {
            // It is over either way.
        }
    }
}
