package dev.serai.mcp.stdio;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The gateway's entry, and the session there. Source: MCP 2025-11-25 and 2026-07-28, Streamable HTTP. */
final class Upstream {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration END_TIMEOUT = Duration.ofSeconds(5);
    private static final String SESSION_ID = "Mcp-Session-Id";
    private static final String VERSION = "MCP-Protocol-Version";
    private static final String META_VERSION = "io.modelcontextprotocol/protocolVersion";

    private final URI uri;
    private final @Nullable String apiKey;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

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

    Upstream(URI uri, @Nullable String apiKey) {
        this.uri = uri;
        this.apiKey = apiKey;
    }

    /** Host and port, for messages. */
    String name() {
        return uri.getAuthority();
    }

    static @Nullable String sessionId(HttpResponse<?> answer) {
        return answer.headers().firstValue(SESSION_ID).orElse(null);
    }

    /** Sends a message and waits for the head of the answer. */
    HttpResponse<InputStream> post(JsonNode message, @Nullable Session session)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(session)
                .setHeader("Content-Type", "application/json")
                .setHeader("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(message.toString(), StandardCharsets.UTF_8));
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
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** What the server says unasked. */
    HttpResponse<InputStream> listen(Session session, @Nullable String lastEventId)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(session).setHeader("Accept", "text/event-stream").GET();
        if (lastEventId != null) {
            request.setHeader("Last-Event-ID", header(lastEventId));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    void end(Session session) throws IOException, InterruptedException {
        client.send(request(session).timeout(END_TIMEOUT).DELETE().build(), HttpResponse.BodyHandlers.discarding());
    }

    private HttpRequest.Builder request(@Nullable Session session) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
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
