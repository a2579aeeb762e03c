package dev.serai.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.scenario.HeldPort;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sample server is as strict as a real one, and its dials do what they say. */
@Timeout(120)
class SampleMcpServerTest {
    private static final String BOTH = "application/json, text/event-stream";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SampleMcpServer server = new SampleMcpServer();
    private URI uri;

    @BeforeEach
    void start() {
        uri = server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void startingTwiceIsStartingOnceAndARestartKeepsThePort() {
        assertThat(server.start()).isEqualTo(uri);
        String session = open();
        server.close();
        server.close();

        new HeldPort(uri).give(server::start);
        assertThat(server.uri()).isEqualTo(uri);
        assertThat(echo(session).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "2025-03-26, 2025-03-26",
        "2025-06-18, 2025-06-18",
        "2025-11-25, 2025-11-25",
        "2026-07-28, 2025-11-25",
        "1999-01-01, 2025-11-25"
    })
    void negotiatesTheVersion(String asked, String answered) {
        assertThat(initialize(asked).body()).contains("\"protocolVersion\":\"" + answered + "\"");
    }

    @Test
    void refusesWhatBreaksTheTransport() {
        String session = open();
        String call = call("echo", "{\"message\":\"hi\"}", 7);

        assertThat(send(post(call).setHeader("Accept", "application/json").setHeader("Mcp-Session-Id", session))
                        .statusCode())
                .isEqualTo(406);
        assertThat(send(post(call).setHeader("Content-Type", "text/plain").setHeader("Mcp-Session-Id", session))
                        .statusCode())
                .isEqualTo(415);
        assertThat(send(post(call)
                                .setHeader("MCP-Protocol-Version", "2025-03-26")
                                .setHeader("Mcp-Session-Id", session))
                        .statusCode())
                .isEqualTo(400);
        assertThat(send(post(call)).body()).contains("-32000").contains("Mcp-Session-Id header is required");
        assertThat(send(post("{")).body()).contains("-32700");
        assertThat(send(post("[]")).body()).contains("-32600");
        assertThat(send(HttpRequest.newBuilder(uri).GET()).statusCode()).isEqualTo(405);
        assertThat(send(HttpRequest.newBuilder(uri.resolve("/elsewhere")).GET()).statusCode())
                .isEqualTo(404);
        assertThat(server.counters().executions("echo")).isZero();
    }

    @Test
    void aSessionIsUsableOnlyAfterTheHandshakeHasEnded() {
        String session =
                initialize("2025-11-25").headers().firstValue("Mcp-Session-Id").orElseThrow();

        assertThat(echo(session).body()).contains("Server not initialized");
    }

    @Test
    void countsIdsThatRepeatWithinASession() {
        String session = open();
        echo(session);
        echo(session);

        assertThat(server.counters().duplicateIds()).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "add, '{\"a\":2,\"b\":3}', '\"text\":\"5\"'",
        "add, '{\"a\":0.5,\"b\":1}', '\"text\":\"1.5\"'",
        "counter, '{}', '\"structuredContent\":{\"count\":1}'",
        "structured, '{\"a\":1}', '\"structuredContent\":{\"a\":1}'",
        "side_effect, '{\"key\":\"k\"}', '{\"key\":\"k\",\"count\":1}'",
        "fail, '{}', '\"isError\":true'",
        "large, '{\"bytes\":4}', '\"text\":\"xxxx\"'",
        "echo, '{}', 'message must be a string'",
        "list_issues, '{}', 'Unknown tool: list_issues'"
    })
    void toolsDoWhatTheySay(String tool, String arguments, String expected) {
        assertThat(send(inSession(open(), call(tool, arguments, 1))).body()).contains(expected);
    }

    @Test
    void anyToolEchoesItsArgumentsWhereThatIsDialled() {
        server.dials().acceptAnyTool(true);

        assertThat(send(inSession(open(), call("list_issues", "{\"owner\":\"me\"}", 1)))
                        .body())
                .contains("{\\\"owner\\\":\\\"me\\\"}");
    }

    @Test
    void theStatusDialRefusesTheNextCallsBeforeAnyWork() {
        String session = open();
        server.dials().nextStatuses(503, 429).retryAfter(3);

        HttpResponse<String> first = echo(session);

        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.headers().firstValue("Retry-After")).contains("3");
        assertThat(echo(session).statusCode()).isEqualTo(429);
        assertThat(echo(session).statusCode()).isEqualTo(200);
        assertThat(server.counters().calls()).isEqualTo(3);
        assertThat(server.counters().executions("echo")).isOne();
    }

    @Test
    void asksForItsTokenOnly() {
        server.dials().requireBearer("one");
        assertThat(initialize("2025-11-25").statusCode()).isEqualTo(401);
        assertThat(send(post(initializeBody("2025-11-25")).setHeader("Authorization", "Bearer one"))
                        .statusCode())
                .isEqualTo(200);
        server.dials().requireBearer(null);
        assertThat(initialize("2025-11-25").statusCode()).isEqualTo(200);
        assertThat(server.counters().refused()).isOne();
    }

    @Test
    void refusesMoreSessionsThanDialled() {
        server.dials().maxSessions(1);
        open();

        assertThat(initialize("2025-11-25").statusCode()).isEqualTo(503);
    }

    @Test
    void redirectsAndDecoratesWhereDialled() {
        server.dials().extraResponseHeaders(Map.of("Set-Cookie", "a=b")).redirectTo(URI.create("http://h.invalid/"));

        HttpResponse<String> answer = initialize("2025-11-25");

        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(answer.headers().firstValue("Location")).contains("http://h.invalid/");
        assertThat(answer.headers().firstValue("Set-Cookie")).contains("a=b");
        assertThat(server.counters().initialize()).isZero();
    }

    @Test
    void heldCallsHaveDoneTheirWorkAndAnswerWhenReleased() {
        String session = open();
        server.dials().holdCalls();
        CompletableFuture<HttpResponse<String>> call = client.sendAsync(
                inSession(session, call("side_effect", "{\"key\":\"k\"}", 1)).build(), BodyHandlers.ofString());
        await().until(() -> server.counters().sideEffects("k") == 1);

        assertThat(call).isNotDone();
        server.dials().release();

        assertThat(call.join().statusCode()).isEqualTo(200);
    }

    @Test
    void aSessionThatEndsDuringACallTakesTheCallWithIt() {
        String session = open();
        server.dials().holdCalls();
        CompletableFuture<HttpResponse<String>> call =
                client.sendAsync(inSession(session, call("counter", "{}", 1)).build(), BodyHandlers.ofString());
        await().until(() -> server.counters().executions("counter") == 1);

        server.expireAllSessions();
        server.dials().release();

        assertThat(call).failsWithin(Duration.ofSeconds(60)).withThrowableOfType(ExecutionException.class);
    }

    @Test
    void noticesAClientThatGoesAway() throws IOException {
        String session = open();
        server.dials().holdCalls();
        byte[] body = call("counter", "{}", 1).getBytes(StandardCharsets.UTF_8);
        String head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: " + BOTH
                + "\r\nContent-Type: application/json\r\nMcp-Session-Id: " + session + "\r\nContent-Length: "
                + body.length + "\r\n\r\n";
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            await().until(() -> server.counters().executions("counter") == 1);
        }

        await().until(() -> server.counters().abandoned() == 1);
    }

    @Test
    void aHungDeleteIsCountedAndNeverAnswered() {
        String session = open();
        server.dials().hangDelete(true);
        CompletableFuture<HttpResponse<String>> delete = client.sendAsync(
                HttpRequest.newBuilder(uri)
                        .DELETE()
                        .setHeader("Mcp-Session-Id", session)
                        .build(),
                BodyHandlers.ofString());

        await().until(() -> server.counters().deletes() == 1);
        assertThat(delete).isNotDone();
        assertThat(server.openSessions()).isOne();
    }

    @Test
    void remembersItsLastRequests() {
        open();
        for (int i = 0; i < 300; i++) {
            send(HttpRequest.newBuilder(uri).GET().setHeader("X-Number", Integer.toString(i)));
        }

        assertThat(server.requests()).hasSize(256);
        RecordedRequest last = server.requests().get(255);
        assertThat(last.header("x-number")).isEqualTo("299");
        assertThat(last.httpMethod()).isEqualTo("GET");
    }

    private String open() {
        HttpResponse<String> opened = initialize("2025-11-25");
        String session = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
        String done = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
        assertThat(send(inSession(session, done)).statusCode()).isEqualTo(202);
        return session;
    }

    private HttpResponse<String> echo(String session) {
        return send(inSession(session, call("echo", "{\"message\":\"hi\"}", 1)));
    }

    private HttpResponse<String> initialize(String version) {
        return send(post(initializeBody(version)));
    }

    private static String initializeBody(String version) {
        return "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"" + version
                + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";
    }

    private static String call(String tool, String arguments, int id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}";
    }

    private HttpRequest.Builder inSession(String session, String body) {
        return post(body).setHeader("Mcp-Session-Id", session).setHeader("MCP-Protocol-Version", "2025-11-25");
    }

    private HttpRequest.Builder post(String body) {
        return HttpRequest.newBuilder(uri)
                .POST(BodyPublishers.ofString(body))
                .setHeader("Content-Type", "application/json")
                .setHeader("Accept", BOTH);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), BodyHandlers.ofString()).join();
    }
}
