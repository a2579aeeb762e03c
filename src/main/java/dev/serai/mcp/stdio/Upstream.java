package dev.serai.mcp.stdio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.BlockingClient;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpDelete;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/** The gateway's entry, and the session there. Source: MCP 2025-11-25 and 2026-07-28, Streamable HTTP. */
final class Upstream implements Closeable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration END_TIMEOUT = Duration.ofSeconds(5);
    private static final ContentType JSON = ContentType.create("application/json");
    static final String SESSION_ID = "Mcp-Session-Id";
    private static final String VERSION = "MCP-Protocol-Version";
    private static final String META_VERSION = "io.modelcontextprotocol/protocolVersion";

    private final URI uri;
    private final @Nullable String apiKey;
    private final CloseableHttpClient client;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "serai-bridge-timer");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * A session of the client's.
     *
     * @param id {@code null} where the server keeps none
     * @param version that was agreed
     */
    record Session(@Nullable String id, String version) {
        /** Without the id. */
        @Override
        public String toString() {
            return "Session[" + version + "]";
        }
    }

    /** @param requests at most at a time */
    Upstream(URI uri, @Nullable String apiKey, int requests) {
        this.uri = uri;
        this.apiKey = apiKey;
        this.client = BlockingClient.create(requests, CONNECT_TIMEOUT);
    }

    /** Host and port, for messages. */
    String name() {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    /** Sends a message and waits for the head of the answer. */
    Answer post(JsonNode message, @Nullable Session session, Running running) throws IOException {
        HttpPost request = in(session, new HttpPost(uri));
        request.setEntity(new ByteArrayEntity(message.toString().getBytes(StandardCharsets.UTF_8), JSON));
        request.setHeader("Accept", "application/json, text/event-stream");
        JsonNode params = message.path("params");
        String version = params.path("_meta").path(META_VERSION).asText("");
        if (!version.isEmpty()) {
            request.setHeader(VERSION, header(version));
            request.setHeader("Mcp-Method", header(message.path("method").asText("")));
            JsonNode name = params.has("name") ? params.get("name") : params.path("uri");
            if (name.isTextual()) {
                request.setHeader("Mcp-Name", header(name.textValue()));
            }
        }
        if (!running.sends(request)) {
            throw new IOException("cancelled");
        }
        return send(request);
    }

    /** What the server says unasked. */
    Answer listen(Session session, @Nullable String lastEventId) throws IOException {
        HttpGet request = in(session, new HttpGet(uri));
        request.setHeader("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.setHeader("Last-Event-ID", header(lastEventId));
        }
        return send(request);
    }

    void end(Session session) throws IOException {
        HttpDelete request = in(session, new HttpDelete(uri));
        Future<?> patience = timer.schedule(request::cancel, END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        try {
            send(request).close();
        } finally {
            patience.cancel(false);
        }
    }

    /** Gives a request up after so many seconds, unless the future is cancelled. */
    Future<?> giveUp(Running running, long seconds) {
        return timer.schedule(running::giveUp, seconds, TimeUnit.SECONDS);
    }

    private Answer send(HttpUriRequestBase request) throws IOException {
        try {
            return new Answer(request, client.executeOpen(null, request, null), timer);
        } catch (IllegalStateException e) {
            // What the client says of a request that was cancelled, and once it is closed.
            throw new IOException(e);
        }
    }

    private <R extends HttpUriRequestBase> R in(@Nullable Session session, R request) {
        if (apiKey != null) {
            request.setHeader("Authorization", "Bearer " + apiKey);
        }
        if (session != null) {
            request.setHeader(VERSION, header(session.version()));
            if (session.id() != null) {
                request.setHeader(SESSION_ID, session.id());
            }
        }
        return request;
    }

    /** Whoever waits for an answer gets an {@link IOException}. */
    @Override
    public void close() {
        timer.shutdownNow();
        client.close(CloseMode.IMMEDIATE);
    }

    /** As it is where a header can hold it, else in base64. */
    private static String header(String text) {
        boolean plain = !text.startsWith("=?base64?")
                && text.equals(text.strip())
                && text.chars().allMatch(c -> c >= ' ' && c <= '~');
        return plain
                ? text
                : "=?base64?" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "?=";
    }
}
