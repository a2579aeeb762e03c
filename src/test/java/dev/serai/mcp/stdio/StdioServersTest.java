package dev.serai.mcp.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalRequest;
import dev.serai.http.LocalServer;
import dev.serai.http.LocalSettings;
import dev.serai.http.Unasked;
import dev.serai.scenario.TinyStdioServer;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process answers as a server at a URL does. */
@Timeout(120)
class StdioServersTest {
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\n\"params\":{\"protocolVersion\":\"2025-06-18\"}}";
    private static final String DISCOVER = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"server/discover\"}";

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private StdioServers servers;

    @BeforeEach
    void list() {
        List<String> command = new ArrayList<>(List.of(TinyStdioServer.java()));
        command.addAll(TinyStdioServer.arguments(folder.resolve("starts")));
        LocalServer tiny = new LocalServer("tiny", command, Map.of(), List.of(), null);
        servers = new StdioServers(
                new LocalSettings(List.of(tiny), 8, 1 << 20, Duration.ofMinutes(1), Duration.ofSeconds(2)),
                threads,
                new Unasked());
    }

    @AfterEach
    void end() {
        servers.close();
        threads.shutdownNow();
    }

    private CompletableFuture<LocalAnswer> send(String method, String session, String body) {
        Map<String, String> headers = new HashMap<>(Map.of("accept", "application/json, text/event-stream"));
        if (!session.isEmpty()) {
            headers.put("mcp-session-id", session);
        }
        return servers.send(new LocalRequest("tiny", method, headers, Buffer.buffer(body)));
    }

    private LocalAnswer answer(String method, String session, String body) throws Exception {
        return send(method, session, body).get(60, TimeUnit.SECONDS);
    }

    private String open() throws Exception {
        return answer("POST", "", INITIALIZE).headers().getOrDefault("Mcp-Session-Id", "");
    }

    private static String call(int id, String tool, String more) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool + "\""
                + more + "}}";
    }

    private static String body(LocalAnswer answer) {
        return answer.body().toString();
    }

    private static InputStream events(LocalAnswer answer) {
        assertThat(answer.headers()).containsEntry("Content-Type", "text/event-stream");
        InputStream stream = answer.stream();
        if (stream == null) {
            throw new AssertionError("expected events, got " + body(answer));
        }
        return stream;
    }

    private int starts() throws IOException {
        return Files.readAllLines(folder.resolve("starts")).size();
    }

    @Test
    void initializeBeginsASessionWhoseIdIsUnknownOnceItIsDeleted() throws Exception {
        LocalAnswer opened = answer("POST", "", INITIALIZE);
        String id = opened.headers().getOrDefault("Mcp-Session-Id", "");

        assertThat(opened.status()).isEqualTo(200);
        assertThat(id).matches("[A-Za-z0-9_-]{32}");
        assertThat(body(answer("POST", id, call(2, "calls", "")))).contains("\"text\":\"1\"");
        assertThat(answer("POST", id, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")
                        .status())
                .isEqualTo(202);
        assertThat(answer("DELETE", id, "").status()).isEqualTo(204);
        assertThat(answer("POST", id, call(3, "calls", "")).status()).isEqualTo(404);
        assertThat(answer("DELETE", id, "").status()).isEqualTo(404);
    }

    @Test
    void whatIsNoSingleMessageIsRefused() throws Exception {
        String id = open();
        assertThat(answer("POST", id, "[]").status()).isEqualTo(400);
        assertThat(answer("POST", id, "{\"jsonrpc\":\"2.0\"} {}").status()).isEqualTo(400);
        assertThat(answer("PUT", id, "{}").status()).isEqualTo(405);
        assertThat(answer("POST", "forged", call(2, "calls", "")).status()).isEqualTo(404);
    }

    @Test
    void messagesAboutACallComeAsEventsBeforeItsAnswer() throws Exception {
        LocalAnswer answer = answer("POST", open(), call(7, "progress", ",\"_meta\":{\"progressToken\":\"t7\"}"));

        String text = new String(events(answer).readAllBytes(), StandardCharsets.UTF_8);

        assertThat(text.split("\n\n")).hasSize(4).allMatch(event -> event.startsWith("event: message\ndata: {"));
        assertThat(text).contains("\"progressToken\":\"t7\",\"progress\":3").contains("\"id\":7,\"result\"");
    }

    @Test
    void aRequestOfTheServerIsAnEventOfTheOnlyOpenCallAndIsAnsweredByPost() throws Exception {
        String id = open();
        InputStream events = events(answer("POST", id, call(8, "ask", "")));
        StringBuilder asked = new StringBuilder();
        while (!asked.toString().endsWith("\n\n")) {
            asked.append((char) events.read());
        }
        assertThat(asked).contains("\"id\":\"q2\",\"method\":\"roots/list\"");

        assertThat(answer("POST", id, "{\"jsonrpc\":\"2.0\",\"id\":\"q2\",\"result\":{\"roots\":[]}}")
                        .status())
                .isEqualTo(202);

        assertThat(new String(events.readAllBytes(), StandardCharsets.UTF_8))
                .contains("'id':'q1','result':{}")
                .contains("'id':'q2','result':{'roots':[]}");
    }

    @Test
    void aRequestThatIsGivenUpLeavesItsIdFreeAndTheSessionOpen() throws Exception {
        String id = open();
        CompletableFuture<LocalAnswer> stuck = send("POST", id, call(9, "stuck", ""));
        assertThat(answer("POST", id, call(9, "echo", "")).status()).isEqualTo(400);

        stuck.cancel(false);

        assertThat(answer("POST", id, call(9, "echo", "")).status()).isEqualTo(200);
    }

    @Test
    void aProcessThatRefusedAQuestionForItsRevisionBecomesTheSessionsProcess() throws Exception {
        assertThat(body(answer("POST", "", DISCOVER))).contains("-32601");
        String id = open();
        assertThat(answer("POST", id, call(3, "echo", "")).status()).isEqualTo(200);
        assertThat(starts()).isEqualTo(1);

        assertThat(answer("POST", "", DISCOVER).status()).isEqualTo(200);
        assertThat(starts()).isEqualTo(2);
    }

    @Test
    void oneReaderGetsWhatNoRequestAskedForUntilTheSessionEnds() throws Exception {
        String id = open();
        InputStream events = events(answer("GET", id, ""));
        assertThat(answer("GET", id, "").status()).isEqualTo(409);
        assertThat(answer("GET", "", "").status()).isEqualTo(405);

        assertThat(body(answer("POST", id, call(4, "notify", "")))).contains("notified");
        byte[] begin = events.readNBytes(40);

        assertThat(new String(begin, StandardCharsets.UTF_8)).startsWith("event: message\ndata: {\"jsonrpc\"");
        events.close();
        assertThat(answer("GET", id, "").status()).isEqualTo(200);
    }
}
