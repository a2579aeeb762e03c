package dev.serai.mcp.stdio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.Json;
import dev.serai.sse.SseEvent;
import dev.serai.sse.SseReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The session that the client's initialize opened; opened anew with the same message where the server lost it. */
final class ClientSession {
    private final Upstream upstream;
    private final Consumer<String> log;
    private final Runnable reopened;
    private volatile @Nullable JsonNode initialize;
    private volatile Upstream.@Nullable Session session;

    /** @param reopened run whenever another session has taken the place of a lost one */
    ClientSession(Upstream upstream, Consumer<String> log, Runnable reopened) {
        this.upstream = upstream;
        this.log = log;
        this.reopened = reopened;
    }

    /** {@code null} before an initialize was answered. */
    Upstream.@Nullable Session now() {
        return session;
    }

    /** What follows belongs to the session that this message opens. */
    void begin(JsonNode message) {
        initialize = message;
        session = null;
    }

    /** The message that it began with was answered so. */
    void opened(Answer answer, JsonNode agreed) {
        session = of(answer, agreed);
    }

    /** Of all who find the session lost, one opens another. */
    synchronized void reopen(Upstream.Session lost) throws IOException {
        JsonNode first = initialize;
        if (!lost.equals(session) || first == null) {
            return;
        }
        log.accept("the session was lost: another is opened");
        Running running = new Running();
        Future<?> patience = upstream.giveUp(running, StdioBridge.MOST_SECONDS);
        try (Answer answer = upstream.post(first, null, running)) {
            JsonNode agreed = answer.isEvents()
                    ? inEvents(answer.body(), first.get("id"))
                    : Json.MAPPER.readTree(answer.body().readNBytes(StdioBridge.MOST_BYTES));
            answer.finish();
            Upstream.Session next = of(answer, agreed);
            if (next == null) {
                return;
            }
            ObjectNode done = Json.MAPPER.createObjectNode();
            done.put("jsonrpc", "2.0").put("method", "notifications/initialized");
            upstream.post(done, next, running).close();
            // Not before: a server may refuse whatever comes earlier.
            session = next;
        } finally {
            patience.cancel(false);
        }
        reopened.run();
    }

    private static JsonNode inEvents(InputStream body, JsonNode id) throws IOException {
        SseReader events = new SseReader(body, StdioBridge.MOST_BYTES);
        for (SseEvent event = events.next(); event != null; event = events.next()) {
            JsonNode message = Json.MAPPER.readTree(event.data());
            if (!message.has("method") && id.equals(message.get("id"))) {
                return message;
            }
        }
        return Json.MAPPER.missingNode();
    }

    /** {@code null} where the answer is a refusal. */
    private static Upstream.@Nullable Session of(Answer answer, JsonNode agreed) {
        JsonNode result = agreed.path("result");
        return result.isObject()
                ? new Upstream.Session(
                        answer.sessionId(), result.path("protocolVersion").asText("2025-11-25"))
                : null;
    }
}
