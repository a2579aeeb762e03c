package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.AnswerForm;
import dev.serai.sample.Dials;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that open no session, or one that nobody can use. */
@Timeout(120)
class BadHandshakeTest {
    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final Dials dials = server.dials();

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private TestGateway gateway(String requiresSession) {
        return TestGateway.in(folder)
                .capabilities(
                        "sample.yaml",
                        Sample.declarations(
                                server.uri().toString(),
                                "sample",
                                requiresSession,
                                "session: { concurrency: 1 }",
                                List.of("echo")))
                .start();
    }

    private static void isRefused(TestGateway gateway, int status, String code) {
        Refusals.overRest(gateway.post("sample.echo", "{\"message\":\"hi\"}"), status, code);
        Refusals.inProcess(gateway.call("sample.echo", "{\"message\":\"hi\"}"), "failed", code);
    }

    /** A failed opening is remembered for a moment only. */
    private static void recovers(TestGateway gateway) {
        Awaitility.await().until(() -> gateway.call("sample.echo", "{\"message\":\"well?\"}")
                .completed());
        Refusals.goodCallsStillWork(gateway);
    }

    @Test
    void aSessionIdWithIllegalCharactersOpensNoSession() {
        for (String id : new String[] {"a b", "a\tb", "x".repeat(1_100)}) {
            dials.stateless(true).extraResponseHeaders(Map.of("Mcp-Session-Id", id));
            try (TestGateway gateway = gateway("auto")) {
                isRefused(gateway, 502, "upstream_protocol_error");
                dials.stateless(false).extraResponseHeaders(Map.of());
                recovers(gateway);
            }
        }
    }

    @Test
    void aVersionThatIsNotSupportedOpensNoSession() {
        dials.answerVersion("1999-01-01");
        try (TestGateway gateway = gateway("auto")) {
            isRefused(gateway, 502, "upstream_protocol_error");
            assertThat(server.counters().calls()).isZero();
            dials.answerVersion(null);
            recovers(gateway);
        }
    }

    @Test
    void aHandshakeThatIsNoAnswerOpensNoSession() {
        try (TestGateway gateway = gateway("auto")) {
            for (AnswerForm form : new AnswerForm[] {AnswerForm.HTML, AnswerForm.EMPTY, AnswerForm.SSE_TRUNCATED}) {
                dials.initializeAs(form);
                Awaitility.await().untilAsserted(() -> isRefused(gateway, 502, "upstream_protocol_error"));
            }
            dials.initializeAs(AnswerForm.JSON);
            recovers(gateway);
        }
    }

    @Test
    void aRequiredSessionThatTheServerDoesNotGiveIs503AndTriedAgain() {
        dials.stateless(true);
        try (TestGateway gateway = gateway("true")) {
            isRefused(gateway, 503, "session_unavailable");
            assertThat(server.counters().calls()).isZero();
            dials.stateless(false);
            recovers(gateway);
        }
    }

    @Test
    void anAutomaticSessionThatTheServerDoesNotGiveIsRememberedAndNotNeeded() {
        dials.stateless(true);
        try (TestGateway gateway = gateway("auto")) {
            Refusals.goodCallsStillWork(gateway);
            Refusals.goodCallsStillWork(gateway);
            assertThat(server.counters().initialize()).isEqualTo(1);
            assertThat(gateway.call("sample.echo", "{\"message\":\"hi\"}").headers())
                    .doesNotContainKey("CapabilitySession");
        }
        assertThat(server.counters().deletes()).isZero();
    }

    @Test
    void aServerThatKnowsNoHandshakeIsCalledWithoutASessionWhereThatIsAllowed() {
        for (int status : new int[] {404, 405, 0}) {
            long before = server.counters().initialize();
            dials.stateless(true).initializeStatus(status);
            try (TestGateway gateway = gateway("auto")) {
                Refusals.goodCallsStillWork(gateway);
                assertThat(server.counters().initialize()).as("%s", status).isEqualTo(before + 1);
            }
            try (TestGateway gateway = gateway("true")) {
                isRefused(gateway, 503, "session_unavailable");
                dials.stateless(false).initializeStatus(200);
                recovers(gateway);
            }
        }
    }

    @Test
    void anOpeningThatFailsForAnotherReasonIsAnErrorInBothModes() {
        for (String mode : new String[] {"auto", "true"}) {
            long before = server.counters().calls();
            dials.initializeStatus(500);
            try (TestGateway gateway = gateway(mode)) {
                isRefused(gateway, 502, "upstream_error");
                assertThat(server.counters().calls()).as("%s", mode).isEqualTo(before);
                dials.initializeStatus(200);
                recovers(gateway);
            }
        }
    }
}
