package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that means harm, called by many at once, and one that works, called beside it by others. */
@Timeout(180)
class HostileUpstreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CALLERS = 6;
    private static final int GOOD_CALLS = 10;
    private static final int MAX_BODY = 256 * 1024;
    private static final long GIGABYTE = 1L << 30;
    /** What sockets hold of a stream that nobody reads, of one connection: bytes. */
    private static final long IN_SOCKETS = 16L << 20;

    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";
    private static final String OK = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: ";
    private static final String PROTOCOL = "upstream_protocol_error";
    private static final String TIMEOUT = "timeout";

    @TempDir
    static Path folder;

    private static final AtomicLong WRITTEN = new AtomicLong();
    private static final RawServer HOSTILE = new RawServer(RawServer::fine);
    private static final SampleMcpServer GOOD = new SampleMcpServer();
    private static TestGateway gateway;

    /**
     * What it does instead of an answer, with no end.
     *
     * @param code what is told
     */
    private record Harm(String name, String code, RawServer.Script script) {
        /** The capability that opens a session at a server of its own: nobody waits for another's opening. */
        String opening() {
            return group() + ".open";
        }

        String group() {
            return name.replace(' ', '_');
        }

        boolean isSlow() {
            return code.equals(TIMEOUT);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Harm> harms() {
        return List.of(
                new Harm("comments", PROTOCOL, (id, out) -> flood(out, OK + EVENTS + "\r\n\r\n", ": keep-alive\n\n")),
                new Harm(
                        "answers to others",
                        PROTOCOL,
                        (id, out) -> flood(
                                out,
                                OK + EVENTS + "\r\n\r\n",
                                "data: {\"jsonrpc\":\"2.0\",\"id\":424242,\"result\":{}}\n\n")),
                new Harm(
                        "event", PROTOCOL, (id, out) -> flood(out, OK + EVENTS + "\r\n\r\ndata: ", "xxxxxxxxxxxxxxxx")),
                new Harm(
                        "announced body",
                        PROTOCOL,
                        (id, out) -> flood(
                                out, OK + JSON + "\r\nContent-Length: " + GIGABYTE + "\r\n\r\n", "                ")),
                new Harm("body", PROTOCOL, (id, out) -> flood(out, OK + JSON + "\r\n\r\n", "                ")),
                new Harm(
                        "chunks",
                        PROTOCOL,
                        (id, out) -> flood(
                                out,
                                OK + JSON + "\r\nTransfer-Encoding: chunked\r\n\r\n",
                                "40\r\n" + " ".repeat(64) + "\r\n")),
                new Harm(
                        "chunk extension",
                        PROTOCOL,
                        (id, out) -> flood(
                                out, OK + JSON + "\r\nTransfer-Encoding: chunked\r\n\r\n40;x=", "xxxxxxxxxxxxxxxx")),
                new Harm(
                        "body of an error",
                        "upstream_error",
                        (id, out) -> flood(out, "HTTP/1.1 500 No\r\nConnection: close\r\n\r\n", "                ")),
                new Harm("headers", PROTOCOL, (id, out) -> flood(out, "HTTP/1.1 200 OK\r\n", "X-More: and more\r\n")),
                new Harm(
                        "header", PROTOCOL, (id, out) -> flood(out, "HTTP/1.1 200 OK\r\nX-More: ", "xxxxxxxxxxxxxxxx")),
                new Harm("status line", PROTOCOL, (id, out) -> flood(out, "HTTP/1.1 200 ", "OKOKOKOKOKOKOKOK")),
                new Harm(
                        "interim answers",
                        PROTOCOL,
                        (id, out) -> flood(out, "", "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")),
                new Harm(
                        "comments now and then",
                        TIMEOUT,
                        (id, out) -> drip(out, OK + EVENTS + "\r\n\r\n", ": keep-alive\n\n")),
                new Harm("head byte by byte", TIMEOUT, (id, out) -> drip(out, "HTTP/1.1 200 OK\r\nX-Slow: ", "x")),
                new Harm(
                        "body byte by byte",
                        TIMEOUT,
                        (id, out) -> drip(out, OK + JSON + "\r\nContent-Length: 999999\r\n\r\n", " ")));
    }

    private static void flood(OutputStream out, String beginning, String text) throws IOException {
        RawServer.write(out, beginning);
        byte[] block = text.repeat(1 + (16 * 1024) / text.length()).getBytes(StandardCharsets.US_ASCII);
        for (long sent = 0; sent < GIGABYTE; sent += block.length) {
            out.write(block);
            WRITTEN.addAndGet(block.length);
        }
    }

    private static void drip(OutputStream out, String beginning, String text) throws IOException, InterruptedException {
        RawServer.write(out, beginning);
        HOSTILE.drip(out, text);
    }

    @BeforeAll
    static void start() {
        GOOD.start();
        TestGateway.Builder builder = TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(GOOD, "", "echo"))
                .setting("serai.upstream.max-body", Integer.toString(MAX_BODY))
                .setting("serai.session.open-timeout", "6s")
                .setting("serai.session.failure-backoff", "0ms")
                .setting("serai.session.failure-backoff-max", "0ms");
        declare(builder, "hostile", "call", "false");
        declare(builder, "injecting", "open", "auto");
        harms().forEach(harm -> declare(builder, harm.group(), "open", "auto"));
        gateway = builder.start();
        Refusals.goodCallsStillWork(gateway);
    }

    private static void declare(TestGateway.Builder gateway, String group, String tool, String requiresSession) {
        gateway.capabilities(
                group + ".yaml",
                Sample.declarations(HOSTILE.url() + "/" + group, group, requiresSession, "", List.of(tool)));
    }

    @AfterAll
    static void stop() {
        await().atMost(PATIENCE).until(() -> HOSTILE.waiting() == 0);
        gateway.close();
        HOSTILE.close();
        GOOD.close();
    }

    @ParameterizedTest
    @MethodSource("harms")
    void whatHasNoEndCostsItsCallersOnlyAndIsCut(Harm harm) {
        WRITTEN.set(0);
        HOSTILE.answerWith(harm.script());
        String patience = harm.isSlow() ? "700" : "60000";
        int before = HOSTILE.requests();
        try (Callers callers = new Callers(2 * CALLERS)) {
            List<Future<HttpResponse<String>>> harmed = callers.start(i ->
                    gateway.post(i < CALLERS ? "hostile.call" : harm.opening(), "{}", "Serai-Timeout-Ms", patience));
            await().atMost(PATIENCE).until(() -> HOSTILE.requests() > before);
            for (int i = 0; i < GOOD_CALLS; i++) {
                HttpResponse<String> answer = gateway.post("sample.echo", "{\"message\":\"good " + i + "\"}");
                assertThat(answer.body()).isEqualTo("\"good " + i + "\"");
            }
            for (HttpResponse<String> answer : Callers.results(harmed)) {
                assertThat(TestGateway.tree(answer.body()).path("code").asText())
                        .as(answer.body())
                        .isEqualTo(harm.code());
            }
        }
        // An opening goes on when its callers have gone, until its own deadline.
        await().atMost(PATIENCE).until(() -> harm.isSlow() || HOSTILE.waiting() == 0);
        assertThat(WRITTEN.get()).isLessThan((HOSTILE.requests() - before) * (MAX_BODY + IN_SOCKETS));
        await().atMost(PATIENCE)
                .until(() -> invocations().path("inProgress").asInt(-1) == 0
                        && invocations().path("inFlight").asInt(-1) == 0);
        HOSTILE.answerWith(RawServer::fine);
        assertThat(gateway.post("hostile.call", "{}").body()).isEqualTo("\"fine\"");
    }

    private static JsonNode invocations() {
        return TestGateway.tree(gateway.get("/admin/invocations").body());
    }

    @Test
    void aSessionIdInjectsNothing() {
        for (String lines : List.of(
                "a\0b",
                "a\u001b[31mb",
                "a\u007fb",
                "caf\u00e9",
                "a\rX-Injected: 1",
                "a\nX-Injected: 1",
                "a\r\n X-Injected: 1",
                "a\r\n\tX-Injected: 1",
                "a\r\nMcp-Session-Id: b",
                "",
                "x".repeat(1_025),
                "x".repeat(60_000))) {
            HOSTILE.answerWith(opened(lines));
            Refusals.overRest(gateway.post("injecting.open", "{}"), 502, PROTOCOL);
        }
        HOSTILE.answerWith(opened("a%0d%0aX-Injected:%201"));
        assertThat(gateway.post("injecting.open", "{}").body())
                .as("it is an id as any other")
                .isEqualTo("\"fine\"");
        assertThat(HOSTILE.heads())
                .anyMatch(head -> head.contains("a%0d%0aX-Injected:%201\r\n"))
                .noneMatch(head -> head.contains("X-Injected: 1"));
        assertThat(gateway.post("sample.echo", "{\"message\":\"good\"}").body()).isEqualTo("\"good\"");
    }

    /** Answers a handshake and a call alike. */
    private static RawServer.Script opened(String sessionId) {
        return (id, out) -> RawServer.json(
                out,
                "Mcp-Session-Id: " + sessionId + "\r\n",
                RawServer.result(
                        id,
                        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                                + "\"content\":[{\"type\":\"text\",\"text\":\"fine\"}]}"));
    }
}
