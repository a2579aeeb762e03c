package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are processes: one for all callers, replaced when it dies, gone with the gateway. */
@Timeout(120)
class StdioServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CALLERS = 200;
    private static final List<String> TOOLS = List.of("echo", "pid", "calls", "child", "exit");

    @TempDir
    Path folder;

    private TestGateway.Builder gateway(String metadata) throws IOException {
        return TestGateway.in(folder)
                .capabilities("t.yaml", Sample.declarations("stdio:tiny", "t", "true", metadata, TOOLS))
                .setting("serai.stdio.tiny.command", TinyStdioServer.java())
                .setting(
                        "serai.stdio.tiny.args",
                        Json.MAPPER.writeValueAsString(TinyStdioServer.arguments(folder.resolve("starts"))));
    }

    private int starts() throws IOException {
        Path file = folder.resolve("starts");
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    private static String text(TestGateway gateway, String tool) {
        CallOutcome outcome = gateway.call("t." + tool, "{\"message\":\"hi\"}");
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return outcome.body().asText();
    }

    private static ProcessHandle process(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    @Test
    void twoHundredColdCallersShareOneProcessThatEndsWithTheGateway() throws IOException {
        ProcessHandle server;
        try (TestGateway gateway = gateway("").start();
                Callers callers = new Callers(CALLERS)) {
            List<HttpResponse<String>> answers =
                    callers.callAll(i -> gateway.post("t.echo", "{\"message\":\"m" + i + "\"}"));

            for (int i = 0; i < CALLERS; i++) {
                assertThat(answers.get(i).body()).isEqualTo("\"m" + i + "\"");
            }
            assertThat(starts()).isEqualTo(1);
            assertThat(text(gateway, "calls")).isEqualTo(Integer.toString(CALLERS + 1));
            server = process(text(gateway, "pid"));
            assertThat(server.isAlive()).isTrue();
        }
        assertThat(server.isAlive()).isFalse();
    }

    @Test
    void aProcessKilledUnderLoadIsReplacedOnceAndIdempotentCallersDoNotNotice() throws IOException {
        try (TestGateway gateway = gateway("policy: { idempotent: true }").start();
                Callers callers = new Callers(50)) {
            ProcessHandle first = process(text(gateway, "pid"));
            AtomicInteger made = new AtomicInteger();
            AtomicBoolean killed = new AtomicBoolean();
            List<Future<Boolean>> calls = callers.start(i -> {
                boolean all = true;
                for (int n = 0; n < 10 || !killed.get(); n++) {
                    CallOutcome outcome = gateway.call("t.echo", "{\"message\":\"m\"}");
                    all &= outcome.completed();
                    made.incrementAndGet();
                }
                return gateway.call("t.echo", "{\"message\":\"m\"}").completed() && all;
            });
            try {
                await().atMost(PATIENCE).until(() -> made.get() > 200);
                first.destroyForcibly();
                await().atMost(PATIENCE).until(() -> !first.isAlive());
            } finally {
                killed.set(true);
            }

            assertThat(Callers.results(calls)).doesNotContain(false);
            assertThat(starts()).isEqualTo(2);
            assertThat(process(text(gateway, "pid")).pid()).isNotEqualTo(first.pid());
        }
    }

    @Test
    void aCallThatTheProcessTookWithItIsAnErrorAndTheNextOneFindsANewProcess() throws IOException {
        try (TestGateway gateway = gateway("").start()) {
            text(gateway, "echo");

            CallOutcome died = gateway.call("t.exit", "{}");

            assertThat(died.headers()).containsEntry("CapabilityErrorCode", "upstream_unavailable");
            assertThat(died.body().path("detail").asText())
                    .isEqualTo("the process of stdio:tiny ended before it had answered");
            assertThat(text(gateway, "calls")).isEqualTo("1");
            assertThat(starts()).isEqualTo(2);
        }
    }

    @Test
    void whatTheServerStartedEndsWithTheSession() throws IOException {
        try (TestGateway gateway = gateway("session: { scope: call }").start()) {
            long child = Long.parseLong(text(gateway, "child"));

            await().atMost(PATIENCE).until(() -> ProcessHandle.of(child)
                    .filter(ProcessHandle::isAlive)
                    .isEmpty());
        }
    }

    @Test
    void aProcessIsNeverLeftForTheNextGatewayThoughSessionsAreStored() throws IOException {
        String first;
        String key = "0".repeat(64);
        try (TestGateway gateway = gateway("")
                .setting("serai.store", "file")
                .setting("serai.store.file", folder.resolve("store").toString())
                .environment("SERAI_STORE_KEY", key)
                .start()) {
            first = text(gateway, "pid");
        }
        assertThat(ProcessHandle.of(Long.parseLong(first)).filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void atMostSoManyProcessesRun() throws IOException {
        try (TestGateway gateway = gateway("session: { scope: conversation }")
                .setting("serai.stdio.max-processes", "2")
                .setting("serai.session.failure-backoff", "0ms")
                .start()) {
            assertThat(gateway.callIn("a", "t.pid", "{}").completed()).isTrue();
            assertThat(gateway.callIn("b", "t.pid", "{}").completed()).isTrue();

            CallOutcome third = gateway.callIn("c", "t.pid", "{}");

            assertThat(third.headers()).containsEntry("CapabilityErrorCode", "session_unavailable");
            assertThat(third.body().path("detail").asText())
                    .isEqualTo("2 processes run already (serai.stdio.max-processes)");
            assertThat(starts()).isEqualTo(2);
        }
    }

    @Test
    void aServerThatIsNotListedIsNamedInTheError() throws IOException {
        try (TestGateway gateway = gateway("")
                .capabilities("u.yaml", Sample.declarations("stdio:other", "u", "auto", "", List.of("echo")))
                .setting(
                        "serai.stdio.broken.command",
                        folder.resolve("no-such-program").toString())
                .capabilities("v.yaml", Sample.declarations("stdio:broken", "v", "auto", "", List.of("echo")))
                .start()) {
            CallOutcome other = gateway.call("u.echo", "{}");
            CallOutcome broken = gateway.call("v.echo", "{}");

            assertThat(other.headers()).containsEntry("CapabilityErrorCode", "upstream_unavailable");
            assertThat(other.body().path("detail").asText())
                    .isEqualTo("the configuration lists no server serai.stdio.other.command; it lists [broken, tiny]");
            assertThat(broken.headers()).containsEntry("CapabilityErrorCode", "upstream_unavailable");
            assertThat(broken.body().path("detail").asText())
                    .isEqualTo("the command of stdio:broken could not be started; the log says why");
        }
    }

    @Test
    void withoutASessionAllCallsShareOneProcessWhichEndsUnused() throws IOException {
        try (TestGateway gateway = gateway("")
                        .capabilities(
                                "w.yaml", Sample.declarations("stdio:tiny", "w", "false", "", List.of("calls", "pid")))
                        .setting("serai.stdio.idle", "4s")
                        .start();
                Callers callers = new Callers(20)) {
            assertThat(callers.callAll(i -> gateway.call("w.calls", "{}").completed()))
                    .doesNotContain(false);
            CallOutcome pid = gateway.call("w.pid", "{}");
            assertThat(starts()).isEqualTo(1);

            ProcessHandle.of(pid.body().asLong())
                    .ifPresent(process -> await().atMost(PATIENCE).until(() -> !process.isAlive()));
            assertThat(gateway.call("w.calls", "{}").body().asText()).isEqualTo("1");
        }
    }
}
