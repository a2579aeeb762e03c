package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers of 2024-11-05: answers come on one stream, and whoever loses it loses its session and nothing else. */
@Timeout(120)
class SseTransportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CALLERS = 30;
    private static final int MAX_BODY = 1024 * 1024;

    @TempDir
    Path folder;

    private final SseServer server = new SseServer();

    @AfterEach
    void nothingIsLeftOpen() {
        await().atMost(PATIENCE).until(() -> server.open() == 0);
        server.close();
    }

    private String ours() {
        return "transport: sse, server_url: \"" + server.url() + "\"";
    }

    private TestGateway.Builder gateway(String mcp, String session, String metadata) {
        return TestGateway.in(folder)
                .setting("serai.upstream.max-body", Integer.toString(MAX_BODY))
                .setting("serai.session.failure-backoff", "0ms")
                .capabilities("s.yaml", """
                        defaults:
                          metadata:
                            mcp: { requires_session: %s, %s }
                            %s
                        capabilities:
                          - id: s.tool
                            input_schema: { type: object }
                        """.formatted(session, mcp, metadata));
    }

    private TestGateway.Builder gateway(String metadata) {
        return gateway(ours(), "true", metadata);
    }

    private static CallOutcome call(TestGateway gateway, String message) {
        return gateway.call("s.tool", "{\"m\":\"" + message + "\"}");
    }

    private static void works(TestGateway gateway) {
        CallOutcome outcome = call(gateway, "hello");
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        assertThat(outcome.body().asText()).isEqualTo("hello");
    }

    @Test
    void answersInAnyOrderFindTheirCallersOnOneStream() {
        List<Runnable> held = new ArrayList<>();
        server.on("tools/call", (stream, message) -> {
            synchronized (held) {
                held.add(() -> {
                    try {
                        stream.result(
                                message,
                                McpStub.text(message.at("/params/arguments/m").asText()));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                if (held.size() == CALLERS) {
                    Collections.reverse(held);
                    held.forEach(Runnable::run);
                }
            }
        });
        try (TestGateway gateway = gateway("").start();
                Callers callers = new Callers(CALLERS)) {
            List<HttpResponse<String>> answers =
                    callers.callAll(i -> gateway.post("s.tool", "{\"m\":\"message " + i + "\"}"));

            for (int i = 0; i < CALLERS; i++) {
                assertThat(answers.get(i).body()).isEqualTo("\"message " + i + "\"");
            }
            assertThat(server.opened()).isEqualTo(1);
            assertThat(server.received("initialize")).isEqualTo(1);
            assertThat(server.received()).startsWith("initialize", "notifications/initialized");
        }
    }

    @Test
    void noStreamIsOpenedUnlessADeclarationAsksForIt() {
        try (TestGateway gateway = gateway(
                        "protocol_version: \"2024-11-05\", server_url: \"" + server.url() + "\"", "true", "")
                .start()) {
            CallOutcome outcome = call(gateway, "hello");

            assertThat(outcome.completed()).isFalse();
            assertThat(server.opened()).isZero();
            assertThat(server.http().seen("POST /sse")).isEqualTo(1);
        }
    }

    @Test
    void anAddressOfAnotherOriginIsRefusedAndLearnsNothing() {
        AtomicInteger foreign = new AtomicInteger();
        try (StubServer other = new StubServer(exchange -> foreign.incrementAndGet())) {
            for (String address : List.of(
                    other.uri() + "/message",
                    "//127.0.0.1:" + other.uri().getPort() + "/message",
                    "https://" + server.http().uri().getAuthority() + "/message",
                    "http://user:secret@" + server.http().uri().getAuthority() + "/message",
                    "file:///etc/passwd",
                    "not a url")) {
                server.opening(stream -> stream.event("endpoint", address));
                try (TestGateway gateway = gateway(ours() + ", auth_env_var: TOKEN", "true", "")
                        .environment("TOKEN", "t")
                        .start()) {
                    JsonNode problem = Refusals.inProcess(call(gateway, "x"), "failed", "upstream_protocol_error");

                    assertThat(problem.path("detail").asText())
                            .as(address)
                            .startsWith("the address for messages that the server names ")
                            .doesNotContain("secret");
                }
                await().atMost(PATIENCE).until(() -> server.open() == 0);
            }
            assertThat(foreign).hasValue(0);
            assertThat(other.seen()).isEmpty();
            assertThat(server.received()).isEmpty();
        }
    }

    @Test
    void anAbsoluteAddressOfTheSameOriginIsTaken() {
        server.opening(stream -> stream.event("endpoint", server.http().uri() + stream.endpoint() + "#there"));
        try (TestGateway gateway = gateway("").start()) {
            works(gateway);
        }
    }

    @Test
    void aStreamThatNamesNoAddressIsCutWhenTheOpeningHasTakenTooLong() {
        server.opening(stream -> stream.event("message", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}"));
        try (TestGateway gateway =
                gateway("").setting("serai.session.open-timeout", "300ms").start()) {
            CallOutcome outcome = call(gateway, "x");

            assertThat(outcome.completed()).isFalse();
            await().atMost(PATIENCE).until(() -> server.open() == 0);
            assertThat(server.received()).isEmpty();
        }
    }

    @Test
    void anotherAnswerThanAStreamIsSaidToBeNone() {
        String elsewhere = "transport: sse, server_url: \"" + server.http().uri() + "/elsewhere\"";
        try (TestGateway gateway = gateway(elsewhere, "auto", "").start()) {
            JsonNode problem = Refusals.inProcess(call(gateway, "x"), "failed", "upstream_protocol_error");

            assertThat(problem.path("detail").asText())
                    .isEqualTo(
                            "the upstream answered 404 to the request for an event stream; expected the URL of an MCP"
                                    + " server's HTTP+SSE transport (2024-11-05)");
        }
    }

    @Test
    void callsWithoutASessionAreRefusedWithWhatToDo() {
        try (TestGateway gateway = gateway(ours(), "false", "").start()) {
            JsonNode problem = Refusals.inProcess(call(gateway, "x"), "failed", "session_unavailable");

            assertThat(problem.path("detail").asText()).contains("requires_session: true or auto");
            assertThat(server.opened()).isZero();
        }
    }

    @Test
    void anEventWithoutEndFailsTheCallsThatWaitAndTheNextOneHasANewStream() {
        AtomicBoolean flood = new AtomicBoolean(true);
        server.on("tools/call", (stream, message) -> {
            if (flood.getAndSet(false)) {
                stream.write("data: ");
                String block = "x".repeat(8_192);
                for (int sent = 0; sent < 64 * MAX_BODY; sent += block.length()) {
                    stream.write(block);
                }
            } else {
                stream.result(message, McpStub.text("hello"));
            }
        });
        try (TestGateway gateway = gateway("").start()) {
            JsonNode problem = Refusals.inProcess(call(gateway, "x"), "failed", "upstream_protocol_error");

            assertThat(problem.path("detail").asText()).contains("an event larger than " + MAX_BODY + " bytes");
            works(gateway);
            assertThat(server.opened()).isEqualTo(2);
        }
    }

    /** The server works on each call until its stream is cut. */
    private List<CallOutcome> cutUnderCalls(TestGateway gateway) {
        AtomicInteger working = new AtomicInteger();
        AtomicBoolean cut = new AtomicBoolean();
        SseServer.Script fine = (stream, message) -> stream.result(message, McpStub.text("done"));
        server.on("tools/call", (stream, message) -> {
            working.incrementAndGet();
            if (cut.get()) {
                fine.answer(stream, message);
            }
        });
        try (Callers callers = new Callers(CALLERS)) {
            List<Future<CallOutcome>> calls = callers.start(i -> call(gateway, "m" + i));
            await().atMost(PATIENCE).until(() -> working.get() == CALLERS);
            cut.set(true);
            server.cutAll();
            return Callers.results(calls);
        }
    }

    @Test
    void aStreamCutInTheMiddleOfCallsIsReplacedOnceAndIdempotentOnesAreRepeated() {
        try (TestGateway gateway = gateway("policy: { idempotent: true }").start()) {
            assertThat(cutUnderCalls(gateway)).allMatch(CallOutcome::completed);
            assertThat(server.opened()).isEqualTo(2);
            assertThat(server.received("tools/call")).isEqualTo(2 * CALLERS);
        }
    }

    @Test
    void aStreamCutInTheMiddleOfCallsFailsThoseThatMustNotRunTwice() {
        try (TestGateway gateway = gateway("").start()) {
            for (CallOutcome outcome : cutUnderCalls(gateway)) {
                JsonNode problem = Refusals.inProcess(outcome, "failed", "upstream_unavailable");
                assertThat(problem.path("detail").asText())
                        .isEqualTo("the event stream of " + server.http().uri().getAuthority()
                                + " ended before it had answered");
            }
            assertThat(server.received("tools/call")).isEqualTo(CALLERS);
            assertThat(call(gateway, "x").completed()).isTrue();
            assertThat(server.opened()).isEqualTo(2);
        }
    }

    @Test
    void aSessionThatTheServerForgotIsReplacedAndItsStreamClosed() {
        try (TestGateway gateway = gateway("").start()) {
            works(gateway);
            server.forgetAll();

            works(gateway);

            assertThat(server.opened()).isEqualTo(2);
            assertThat(server.open()).isEqualTo(1);
        }
    }

    @Test
    void aSessionNobodyUsesIsClosedAndSoIsItsStream() {
        try (TestGateway gateway = gateway("session: { idle: 200ms }").start()) {
            works(gateway);

            await().atMost(PATIENCE).until(() -> server.open() == 0);
            works(gateway);
        }
    }

    @Test
    void aServerThatAsksWhetherSomebodyIsThereIsAnswered() {
        server.on("tools/call", (stream, message) -> {
            stream.event("message", "{\"jsonrpc\":\"2.0\",\"id\":\"p-1\",\"method\":\"ping\"}");
            await().atMost(PATIENCE).until(() -> server.received("answer") == 1);
            stream.result(message, McpStub.text("hello"));
        });
        try (TestGateway gateway = gateway("").start()) {
            works(gateway);
        }
    }

    @Test
    void whatTheServerAsksAndTellsDuringACallReachesItsCaller() {
        server.on("tools/call", (stream, message) -> {
            stream.event(
                    "message",
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                            + message.at("/params/_meta/progressToken") + ",\"progress\":1}}");
            stream.event(
                    "message",
                    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"elicitation/create\",\"params\":{\"message\":\"?\"}}");
            await().atMost(PATIENCE).until(() -> server.received("answer") == 1);
            stream.result(message, McpStub.text("hello"));
        });
        try (TestGateway gateway = gateway("").start()) {
            FakeCaller caller =
                    new FakeCaller("{\"elicitation\":{}}").answering("{\"action\":\"accept\",\"content\":{}}");

            assertThat(caller.ask(gateway, "s.tool").asText()).isEqualTo("hello");

            assertThat(caller.told()).singleElement().asString().startsWith("notifications/progress");
            assertThat(caller.asked()).containsExactly("elicitation/create {\"message\":\"?\"}");
        }
    }

    @Test
    void aCallNobodyWaitsForIsCancelledAtTheServer() {
        server.on("tools/call", (stream, message) -> {});
        try (TestGateway gateway = gateway("policy: { timeout: 3s }").start()) {
            Refusals.inProcess(call(gateway, "x"), "timed_out", "timeout");

            await().atMost(PATIENCE).until(() -> server.received("notifications/cancelled") == 1);
        }
    }

    @Test
    void aCredentialThatIsRefusedIsReadAgain() throws IOException {
        Path token = folder.resolve("token");
        Files.writeString(token, "old");
        server.wants("old");
        try (TestGateway gateway =
                gateway(ours() + ", auth_file: " + token, "true", "").start()) {
            works(gateway);
            server.wants("new");
            Files.writeString(token, "new");

            works(gateway);

            assertThat(server.credentials()).contains("Bearer old", "Bearer new");
            assertThat(server.opened()).isEqualTo(2);
        }
    }

    @Test
    void aStreamIsNeverLeftForTheNextGatewayThoughSessionsAreStored() {
        for (int round = 1; round <= 2; round++) {
            try (TestGateway gateway = gateway("")
                    .setting("serai.store", "file")
                    .setting("serai.store.file", folder.resolve("store").toString())
                    .environment("SERAI_STORE_KEY", "0".repeat(64))
                    .start()) {
                works(gateway);
                assertThat(server.opened()).isEqualTo(round);
            }
            await().atMost(PATIENCE).until(() -> server.open() == 0);
        }
    }
}
