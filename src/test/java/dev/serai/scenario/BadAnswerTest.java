package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.AnswerForm;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that answer with what is no answer. Each call is sent once, and the session goes on. */
@Timeout(120)
class BadAnswerTest {
    private static final int MAX_BODY = 100_000;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        server.start();
        gateway = TestGateway.in(folder)
                .capabilities(
                        "sample.yaml",
                        Sample.declarations(server, "session: { concurrency: 1 }", "echo", "fail", "large"))
                .setting("serai.upstream.max-body", Integer.toString(MAX_BODY))
                .start();
        Refusals.goodCallsStillWork(gateway);
    }

    @AfterEach
    void theSessionGoesOn() {
        server.dials().answerAs(AnswerForm.USUAL);
        Refusals.goodCallsStillWork(gateway);
        assertThat(server.counters().initialize()).isEqualTo(1);
        gateway.close();
        server.close();
    }

    private void isRefused(AnswerForm form, int status, String code) {
        server.dials().answerAs(form);
        long before = server.counters().calls();
        Refusals.overRest(gateway.post("sample.echo", "{\"message\":\"hi\"}"), status, code);
        Refusals.inProcess(gateway.call("sample.echo", "{\"message\":\"hi\"}"), "failed", code);
        assertThat(server.counters().calls()).as("%s: sent once each", form).isEqualTo(before + 2);
    }

    @Test
    void everyFormThatTheProtocolAllowsIsUnderstood() {
        for (AnswerForm form : new AnswerForm[] {
            AnswerForm.JSON,
            AnswerForm.JSON_WITH_CHARSET,
            AnswerForm.SSE,
            AnswerForm.SSE_PRIMED_WITH_NOTIFICATIONS,
            AnswerForm.SSE_WITHOUT_EVENT_NAME,
            AnswerForm.SSE_MULTI_LINE,
            AnswerForm.SSE_STAYS_OPEN
        }) {
            server.dials().answerAs(form);
            Refusals.goodCallsStillWork(gateway);
        }
    }

    @Test
    void whatIsNoJsonRpcAnswerIs502() {
        for (AnswerForm form : new AnswerForm[] {
            AnswerForm.EMPTY,
            AnswerForm.HTML,
            AnswerForm.JSON_TRUNCATED,
            AnswerForm.NOT_JSON_RPC,
            AnswerForm.WRONG_ID,
            AnswerForm.WITHOUT_ID,
            AnswerForm.BOTH,
            AnswerForm.NEITHER,
            AnswerForm.WRONG_JSONRPC,
            AnswerForm.SSE_TRUNCATED,
            AnswerForm.SSE_WITHOUT_ANSWER
        }) {
            isRefused(form, 502, "upstream_protocol_error");
        }
    }

    @Test
    void aJsonRpcErrorIs502WithItsCode() {
        isRefused(AnswerForm.RPC_ERROR, 502, "upstream_error");
        isRefused(AnswerForm.RPC_ERROR_SSE, 502, "upstream_error");
        assertThat(gateway.call("sample.echo", "{\"message\":\"hi\"}")
                        .body()
                        .path("detail")
                        .asText())
                .contains("-32603");
    }

    @Test
    void aConnectionThatIsClosedInsteadOfAnAnswerIs503AndNotRepeated() {
        isRefused(AnswerForm.CONNECTION_CLOSED, 503, "upstream_unavailable");
    }

    @Test
    void aToolThatFailsIs422WithItsContent() {
        for (String id : new String[] {"sample.fail", "sample.fail?raw=true"}) {
            var problem = Refusals.overRest(gateway.post(id, "{\"message\":\"no luck\"}"), 422, "tool_error");
            assertThat(problem.at("/result/isError").asBoolean()).isTrue();
            assertThat(problem.at("/result/content/0/text").asText()).isEqualTo("no luck");
        }
    }

    @Test
    void anAnswerOverTheLimitIs502() {
        for (AnswerForm form : new AnswerForm[] {AnswerForm.JSON, AnswerForm.SSE}) {
            server.dials().answerAs(form);
            assertThat(gateway.post("sample.large", "{\"bytes\":" + (MAX_BODY - 1_000) + "}")
                            .statusCode())
                    .isEqualTo(200);
            var problem = Refusals.overRest(
                    gateway.post("sample.large", "{\"bytes\":" + 2 * MAX_BODY + "}"), 502, "upstream_protocol_error");
            assertThat(problem.path("detail").asText()).contains("serai.upstream.max-body");
        }
    }
}
