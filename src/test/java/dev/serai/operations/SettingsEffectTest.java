package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each setting does what its documentation says. */
@Timeout(120)
class SettingsEffectTest extends SampleFixture {
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: %s, requires_session: true }
                session: { scope: %s }
            capabilities:
              - { id: s.echo, metadata: { mcp: { tool_name: echo } } }
              - { id: s.slow, metadata: { mcp: { tool_name: slow } } }
            """;
    private static final String HI = "{\"message\":\"hi\"}";

    private TestGateway.Builder gateway(String setting, String value) {
        return gateway("shared").setting(setting, value);
    }

    private TestGateway.Builder gateway(String scope) {
        return TestGateway.in(folder).capabilities("s.yaml", DECLARATIONS.formatted(server.uri(), scope));
    }

    private static String code(CallOutcome outcome) {
        return outcome.headers().getOrDefault("CapabilityErrorCode", "");
    }

    private static CompletableFuture<CallOutcome> background(TestGateway gateway, String id) {
        return CompletableFuture.supplyAsync(() -> gateway.call(id, HI), task -> new Thread(task).start());
    }

    private void awaitDeletes(int count) {
        await().until(() -> server.counters().deletes() >= count);
    }

    @Test
    void maxArgumentsBoundsACall() {
        try (TestGateway gateway = gateway("serai.max-arguments", "16").start()) {
            assertThat(gateway.post("s.echo", "{\"message\":\"a message too long\"}")
                            .statusCode())
                    .isEqualTo(413);
            assertThat(gateway.post("s.echo", "{\"message\":1}").statusCode()).isNotEqualTo(413);
        }
    }

    @Test
    void maxArgumentsBoundsATreeAndAMapLikeTheirText() {
        try (TestGateway gateway = gateway("serai.max-arguments", "20").start()) {
            assertThat(gateway.call("s.echo", "{\"message\":\"123456\"}").completed())
                    .isTrue();
            assertThat(code(gateway.call("s.echo", "{\"message\":\"1234567\"}")))
                    .isEqualTo("payload_too_large");
        }
    }

    @Test
    void maxMetadataBoundsADeclarationAndNamesItsLine() {
        String text = DECLARATIONS.formatted(server.uri(), "shared")
                + "  - { id: s.large, metadata: { mcp: { tool_name: echo, note: " + "n".repeat(600) + " } } }\n";
        try (TestGateway gateway = TestGateway.in(folder)
                .capabilities("s.yaml", text)
                .setting("serai.max-metadata", "500")
                .start()) {
            assertThat(gateway.gateway().capabilities().current().problems())
                    .singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.source().file()).endsWith("s.yaml");
                        assertThat(problem.source().line()).isEqualTo(8);
                        assertThat(problem.message()).contains("expected at most 500 for one capability");
                    });
            assertThat(gateway.post("s.large", HI).statusCode()).isEqualTo(404);
            assertThat(gateway.post("s.echo", HI).statusCode()).isEqualTo(200);
        }
        try (TestGateway gateway =
                TestGateway.in(folder).setting("serai.max-metadata", "1000").start()) {
            assertThat(gateway.post("s.large", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aHeaderValueOverItsLimitIsRefusedAndNamed() {
        try (TestGateway gateway = gateway("shared").start()) {
            String most = "x".repeat(256);
            assertThat(gateway.post("s.echo", HI, "Serai-Conversation", most).statusCode())
                    .isEqualTo(200);
            var refused = gateway.post("s.echo", HI, "Serai-Conversation", most + "x");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(TestGateway.tree(refused.body()).path("code").asText()).isEqualTo("invalid_arguments");
            assertThat(TestGateway.tree(refused.body()).path("detail").asText()).contains("Serai-Conversation", "256");
            CallOutcome inside = gateway.call("s.echo", HI, java.util.Map.of("CapabilityConversation", most + "x"));
            assertThat(code(inside)).isEqualTo("invalid_arguments");
            assertThat(inside.body().path("detail").asText()).contains("CapabilityConversation", "256");
            assertThat(gateway.post("s.echo", HI, "X-Long", "y".repeat(16_384)).statusCode())
                    .isEqualTo(431);
        }
    }

    @Test
    void timeoutEndsACall() {
        server.dials().holdCalls();
        try (TestGateway gateway = gateway("serai.timeout", "200ms").start()) {
            assertThat(code(gateway.call("s.echo", HI))).isEqualTo("timeout");
        }
    }

    @Test
    void sessionIdleClosesAnUnusedSession() {
        try (TestGateway gateway = gateway("serai.session.idle", "100ms").start()) {
            gateway.call("s.echo", HI);
            awaitDeletes(1);
        }
    }

    @Test
    void sessionMaxAgeClosesABusySession() {
        try (TestGateway gateway = gateway("serai.session.max-age", "200ms").start()) {
            await().until(() -> {
                gateway.call("s.echo", HI);
                return server.counters().deletes() >= 1;
            });
        }
    }

    @Test
    void sessionPoolSizeAllowsThatManySessionsPerKey() {
        server.dials().holdCalls();
        try (TestGateway gateway = gateway("serai.session.pool-size", "2")
                .setting("serai.session.concurrency", "1")
                .start()) {
            CompletableFuture<CallOutcome> one = background(gateway, "s.echo");
            CompletableFuture<CallOutcome> two = background(gateway, "s.echo");
            await().until(() -> server.counters().calls() == 2);
            assertThat(server.counters().initialize()).isEqualTo(2);
            server.dials().release();
            assertThat(one.join().completed() && two.join().completed()).isTrue();
        }
    }

    @Test
    void sessionConcurrencyAndMaxWaitersBoundTheCallsOfASession() {
        server.dials().holdCalls();
        try (TestGateway gateway = gateway("serai.session.concurrency", "1")
                .setting("serai.session.max-waiters", "0")
                .start()) {
            CompletableFuture<CallOutcome> one = background(gateway, "s.echo");
            await().until(() -> server.counters().calls() == 1);

            assertThat(code(gateway.call("s.echo", HI))).isEqualTo("too_many_requests");
            server.dials().release();
            assertThat(one.join().completed()).isTrue();
        }
    }

    @Test
    void sessionMaxClosesTheLeastUsed() {
        try (TestGateway gateway =
                gateway("conversation").setting("serai.session.max", "1").start()) {
            gateway.callIn("a", "s.echo", HI);
            gateway.callIn("b", "s.echo", HI);
            awaitDeletes(1);
        }
    }

    @Test
    void sessionOpenTimeoutEndsAnOpening() {
        server.dials().holdInitialize();
        try (TestGateway gateway =
                gateway("serai.session.open-timeout", "200ms").start()) {
            assertThat(code(gateway.call("s.echo", HI))).isIn("session_unavailable", "timeout");
        }
    }

    @Test
    void sessionCloseTimeoutEndsAClosing() {
        server.dials().hangDelete(true);
        TestGateway gateway = gateway("serai.session.close-timeout", "2s").start();
        gateway.call("s.echo", HI);
        gateway.close();
        await().until(() -> server.counters().deletes() == 1);
    }

    @Test
    void sessionDrainTimeoutClosesASessionUnderItsLastCall() {
        server.dials().holdCalls();
        try (TestGateway gateway = gateway("serai.session.drain-timeout", "100ms")
                .setting("serai.session.max-age", "100ms")
                .start()) {
            CompletableFuture<CallOutcome> call = background(gateway, "s.echo");
            await().until(() -> server.counters().calls() == 1);
            awaitDeletes(1);
            assertThat(call).isNotDone();
            server.dials().release();
        }
    }

    @Test
    void sessionFailureBackoffAnswersWithoutANewTry() {
        server.dials().initializeStatus(503);
        try (TestGateway gateway =
                gateway("serai.session.failure-backoff", "1h").start()) {
            gateway.call("s.echo", HI);
            server.dials().initializeStatus(200);
            assertThat(gateway.call("s.echo", HI).completed()).isFalse();
            assertThat(server.counters().initialize()).isEqualTo(1);
        }
    }

    @Test
    void withoutFailureBackoffTheNextCallTriesAgain() {
        server.dials().initializeStatus(503);
        try (TestGateway gateway =
                gateway("serai.session.failure-backoff", "0ms").start()) {
            assertThat(gateway.call("s.echo", HI).completed()).isFalse();
            server.dials().initializeStatus(200);
            assertThat(gateway.call("s.echo", HI).completed()).isTrue();
        }
    }

    @Test
    void upstreamMaxBodyBoundsAnAnswer() {
        try (TestGateway gateway = gateway("serai.upstream.max-body", "2000").start()) {
            assertThat(gateway.call("s.echo", HI).completed()).isTrue();
            CallOutcome large = gateway.call("s.echo", "{\"message\":\"" + "x".repeat(3000) + "\"}");
            assertThat(code(large)).isEqualTo("upstream_protocol_error");
        }
    }

    @Test
    void upstreamConnectionsPerServerLetsOthersWait() {
        try (TestGateway gateway =
                gateway("serai.upstream.connections-per-server", "1").start()) {
            gateway.call("s.echo", HI);
            server.dials().holdCalls();
            CompletableFuture<CallOutcome> one = background(gateway, "s.echo");
            CompletableFuture<CallOutcome> two = background(gateway, "s.echo");
            await().until(() -> server.counters().calls() == 2);
            // With a connection to spare the other one would use it now.
            await().during(Duration.ofMillis(300)).until(() -> server.counters().calls() == 2);
            assertThat(server.counters().connections()).isEqualTo(1);
            server.dials().release();
            assertThat(one.join().completed() && two.join().completed()).isTrue();
        }
    }

    @Test
    void upstreamConnectTimeoutEndsAHandshake() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(full, waiting);
            String url = "http://127.0.0.1:" + full.getLocalPort() + "/";
            try (TestGateway gateway = TestGateway.in(folder)
                    .capabilities("s.yaml", DECLARATIONS.formatted(url, "shared"))
                    .setting("serai.upstream.connect-timeout", "200ms")
                    .start()) {
                assertThat(gateway.call("s.echo", HI).body().path("detail").asText())
                        .containsIgnoringCase("connect");
            }
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void aDeclarationsConnectTimeoutEndsAHandshakeBeforeTheSettings() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(full, waiting);
            String declared = DECLARATIONS.formatted(
                    "http://127.0.0.1:" + full.getLocalPort() + "/", "shared }\n    policy: { timeout_connect: 200ms");
            try (TestGateway gateway = TestGateway.in(folder)
                    .capabilities("s.yaml", declared)
                    .setting("serai.upstream.connect-timeout", "1h")
                    .setting("serai.session.open-timeout", "1h")
                    .setting("serai.timeout", "1h")
                    .start()) {
                assertThat(gateway.call("s.echo", HI).body().path("detail").asText())
                        .containsIgnoringCase("connect");
            }
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    /** Connects until the queue of connections that nobody accepts is full. */
    private static void fill(ServerSocket full, List<Socket> waiting) throws IOException {
        for (int i = 0; i < 16; i++) {
            Socket socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), 200);
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    void upstreamIdleTimeoutClosesConnections() {
        try (TestGateway gateway =
                gateway("serai.upstream.idle-timeout", "100ms").start()) {
            gateway.call("s.echo", HI);
            await().until(() -> server.counters().connections() == 0);
        }
        try (TestGateway gateway = gateway("serai.upstream.idle-timeout", "1h").start()) {
            gateway.call("s.echo", HI);
            await().during(Duration.ofSeconds(2)).until(() -> server.counters().connections() > 0);
        }
    }

    @Test
    void shutdownTimeoutReachesCamel() {
        try (TestGateway gateway = gateway("serai.shutdown-timeout", "7s").start()) {
            assertThat(gateway.camelContext().getShutdownStrategy().getTimeout())
                    .isEqualTo(7);
            assertThat(gateway.camelContext().getShutdownStrategy().getTimeUnit())
                    .isEqualTo(TimeUnit.SECONDS);
        }
    }

    @Test
    void settingsOfTheHttpEntryReachIt() {
        try (TestGateway gateway = gateway("serai.http.max-body", "20")
                .setting("serai.http.host", "localhost")
                .start()) {
            HttpResponse<String> answer = gateway.post("s.echo", "{\"message\":\"beyond twenty bytes\"}");
            assertThat(gateway.gateway().url()).startsWith("http://localhost:");
            assertThat(answer.statusCode()).isEqualTo(413);
        }
    }

    @Test
    void camelsOwnPropertiesGoThrough() {
        try (TestGateway gateway = TestGateway.in(folder)
                .config("camel.main.name = renamed\nmy.greeting = hello\n")
                .start()) {
            assertThat(gateway.camelContext().getName()).isEqualTo("renamed");
            assertThat(gateway.camelContext().resolvePropertyPlaceholders("{{my.greeting}}"))
                    .isEqualTo("hello");
        }
    }

    @Test
    void commandLineBeatsEnvironmentBeatsFileBeatsDefault() {
        assertThat(shutdownSeconds(gateway("shared"))).isEqualTo(Duration.ofSeconds(30));
        assertThat(shutdownSeconds(gateway("shared").config("serai.shutdown-timeout = 3s")))
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(shutdownSeconds(gateway("shared")
                        .config("serai.shutdown-timeout = 3s")
                        .environment("SERAI_SHUTDOWN_TIMEOUT", "4s")))
                .isEqualTo(Duration.ofSeconds(4));
        assertThat(shutdownSeconds(gateway("shared")
                        .config("serai.shutdown-timeout = 3s")
                        .environment("SERAI_SHUTDOWN_TIMEOUT", "4s")
                        .setting("serai.shutdown-timeout", "5s")))
                .isEqualTo(Duration.ofSeconds(5));
    }

    private static Duration shutdownSeconds(TestGateway.Builder builder) {
        try (TestGateway gateway = builder.start()) {
            return Duration.ofSeconds(
                    gateway.camelContext().getShutdownStrategy().getTimeout());
        }
    }
}
