package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Problem;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests over a WebSocket and their answers. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class WebsocketProviderTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                websocket: { server_url: "%s", requires_session: true, result: /result }
            capabilities:
              - { id: w.echo, metadata: { websocket: { message: '{"method": "echo", "params": "{*}"}' } } }
              - { id: w.shout, metadata: { websocket: { message: '{"method": "echo", "params": ["{text}", "<{text}>", "{none}"]}' } } }
              - { id: w.any, metadata: { websocket: { id_type: number } } }
              - { id: w.safe, metadata: { policy: { idempotent: true } } }
              - { id: w.nested, metadata: { websocket: { id: /meta/ref, answer_id: /id, message: '{"method": "echo", "id": 5}' } } }
              - id: w.next
                metadata: { websocket: { correlate: order, result: /n, message: '{"method": "plain", "params": "{*}"}' }, session: { scope: caller } }
              - { id: w.tell, metadata: { websocket: { correlate: none, message: '{"method": "work"}' } } }
              - id: w.own
                metadata:
                  websocket: { server_url: "%s?own=1", auth_file: "%s", message: '{"method": "work"}' }
              - id: w.query
                metadata:
                  websocket: { server_url: "%s?a=b", auth_env_var: KEY, auth_scheme: query, auth_name: key, protocols: "other, talk", message: '{"method": "work"}' }
              - id: w.greeting
                metadata:
                  websocket:
                    server_url: "%s?hello=1"
                    auth_env_var: LOGIN
                    auth_scheme: basic
                    hello: '{"method": "echo", "params": {"user": "{username}", "secret": "{password}"}}'
                    message: '{"method": "work"}'
              - id: w.refused
                metadata:
                  websocket: { server_url: "%s?refused=1", auth_env_var: KEY, hello: '{"method": "fail", "token": "{token}"}', message: '{"method": "work"}' }
              - id: w.few
                metadata: { websocket: { server_url: "%s?few=1", max_pending: 2, message: '{"method": "silent"}' } }
              - id: w.small
                metadata: { websocket: { server_url: "%s?small=1", max_message: 2000 } }
              - { id: w.last, metadata: { websocket: { server_url: "%s?last=1", message: '{"method": "last", "params": "{*}"}' }, session: { scope: call } } }
              - id: w.answering
                metadata:
                  websocket: { server_url: "%s?answering=1", reply_when: '{"/event": 2}', reply: '{"method": "pong"}' }
              - id: w.watched
                metadata: { websocket: { server_url: "%s?watched=1", message: '{"method": "work"}' }, session: { keep_alive: 100ms } }
            """;

    /** What a declaration says, the key that is wrong, and what is said of it. */
    private static final String[][] WRONG = {
        {"message: hello", "websocket_message", "expected a JSON object or list"},
        {"correlate: maybe", "websocket_correlate", "expected id or none or order"},
        {"id: ref", "websocket_id", "expected a JSON pointer"},
        {"max_message: 10", "websocket_max_message", "from 1024 to 16777216"},
        {"reply_when: /ping", "websocket_reply", "reply_when and reply"},
        {"stream: true", "websocket_stream", "needs end_when, end_count or end_after"},
        {"end_count: 3", "websocket_end_count", "expected stream: true"},
        {"stream: true, end_count: 3, subscription: /s", "websocket_subscription", "needs push_id"},
        {"stream: true, end_count: 3, correlate: order", "websocket_correlate", "expected id or none"},
        {"stream: true, end_when: '{\"type\": 1}'", "websocket_end_when", "expected a JSON pointer"},
        {"server_url: \"http://127.0.0.1/\"", "websocket_server_url", "begins with ws://"},
        {"requires_session: false", "websocket_requires_session", "expected true"},
        {"nonsense: 1", "websocket_nonsense", "is not known"},
    };

    private final SocketServer server = new SocketServer();
    private TestGateway gateway;
    private Path key;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        key = folder.resolve("key");
        Files.writeString(key, "first");
        String url = server.url();
        gateway = TestGateway.in(folder)
                .capabilities("w.yaml", DECLARATIONS.formatted(url, url, key, url, url, url, url, url, url, url, url))
                .capabilities("wrong.yaml", wrong())
                .environment("KEY", "the key")
                .environment("LOGIN", "ada:the-password")
                .setting("serai.session.open-timeout", "4s")
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    private String value(String id, String arguments) {
        CallOutcome outcome = gateway.call(id, arguments);
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return outcome.body().toString();
    }

    private CallOutcome failed(String id, String arguments, String code) {
        CallOutcome outcome = gateway.call(id, arguments);
        assertThat(outcome.headers().get("CapabilityErrorCode"))
                .as("%s", outcome.body())
                .isEqualTo(code);
        return outcome;
    }

    @Test
    void argumentsFillTheDeclaredMessageOrAreIt() {
        assertThat(value("w.echo", "{\"a\":[1,{\"b\":null}]}")).isEqualTo("{\"a\":[1,{\"b\":null}]}");
        assertThat(value("w.shout", "{\"text\":\"hi\"}")).isEqualTo("[\"hi\",\"<hi>\"]");
        assertThat(value("w.any", "{\"method\":\"echo\",\"params\":7,\"id\":\"mine\"}"))
                .isEqualTo("7");
        JsonNode sent = server.received().get(server.received().size() - 1);
        assertThat(sent.path("id").isIntegralNumber()).as("%s", sent).isTrue();
        failed("w.safe", "{\"id\":1,\"method\":\"fail\"}", "tool_error");
    }

    @Test
    void anIdGoesWhereTheDeclarationSaysAndAnAnswerWithAnotherIsNone() {
        CallOutcome outcome = gateway.call("w.nested", "{}", Map.of("CapabilityTimeoutMs", "2000"));
        assertThat(outcome.headers().get("CapabilityErrorCode")).isEqualTo("timeout");
        await().untilAsserted(() -> assertThat(server.received())
                .anySatisfy(
                        message -> assertThat(message.at("/meta/ref").asText()).hasSize(36)));
    }

    @Test
    void answersInAnotherOrderReachWhoAsked() {
        int many = 60;
        try (Callers callers = new Callers(many)) {
            List<CallOutcome> all = callers.callAll(i -> gateway.call(
                    "w.any", "{\"method\":\"hold\",\"params\":{\"of\":" + many + ",\"value\":" + i + "}}"));
            assertThat(all.stream().map(outcome -> outcome.body().toString()))
                    .containsExactlyElementsOf(
                            IntStream.range(0, many).mapToObj(Integer::toString).toList());
        }
    }

    @Test
    void answersInOrderReachWhoAskedAlsoAfterOneWhoGaveUp() {
        try (Callers callers = new Callers(50)) {
            List<CallOutcome> all = callers.callAll(i -> gateway.call("w.next", "{\"n\":" + i + "}"));
            assertThat(all.stream().map(outcome -> outcome.body().toString()))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 50).mapToObj(Integer::toString).toList());
        }
    }

    @Test
    void aMessageThatNothingAnswersIsSent() {
        int before = server.works();
        assertThat(value("w.tell", "{}")).isEqualTo("{\"sent\":true}");
        await().atMost(Duration.ofSeconds(60)).until(() -> server.works() > before);
    }

    @Test
    void aFailureThatTheServerTellsKeepsItsAnswer() {
        CallOutcome outcome = failed("w.any", "{\"method\":\"fail\"}", "tool_error");
        assertThat(outcome.body().path("detail").asText()).isEqualTo("not today");
        assertThat(outcome.body().at("/result/error/code").asInt()).isEqualTo(7);
    }

    @Test
    void whatAHostileServerSaysHarmsNobody() {
        try (Callers callers = new Callers(20)) {
            List<CallOutcome> all = callers.callAll(i -> i % 2 == 0
                    ? gateway.call("w.any", "{\"method\":\"hostile\"}")
                    : gateway.call("w.any", "{\"method\":\"echo\",\"params\":" + i + "}"));
            for (int i = 0; i < 20; i++) {
                assertThat(all.get(i).body().toString()).isEqualTo(i % 2 == 0 ? "\"survived\"" : "" + i);
            }
        }
        CallOutcome late = gateway.call("w.any", "{\"method\":\"silent\"}", Map.of("CapabilityTimeoutMs", "200"));
        assertThat(late.headers().get("CapabilityErrorCode")).isEqualTo("timeout");
        assertThat(value("w.any", "{\"method\":\"echo\",\"params\":1}")).isEqualTo("1");
    }

    @Test
    void aMessageThatIsTooLargeEndsTheConnectionAndWhatIsSafeGoesOnWithoutIt() {
        CallOutcome outcome = failed("w.small", "{\"method\":\"huge\"}", "upstream_protocol_error");
        assertThat(outcome.body().path("detail").asText()).contains("2000 bytes (max_message)");
        assertThat(value("w.small", "{\"method\":\"echo\",\"params\":1}")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"frame", "fragments", "cut"})
    void aLongAnswerThatTheServerClosesAfterIsAnAnswer(String how) {
        for (int i = 0; i < 10; i++) {
            assertThat(value("w.last", "{\"how\":\"" + how + "\"}")).hasSize(SocketServer.LONG + 2);
        }
    }

    @Test
    void requestsThatWaitAreBounded() {
        try (Callers callers = new Callers(2)) {
            List<Future<CallOutcome>> waiting =
                    callers.start(i -> gateway.call("w.few", "{}", Map.of("CapabilityTimeoutMs", "60000")));
            await().atMost(Duration.ofSeconds(50))
                    .until(() -> server.received().stream()
                                    .filter(message ->
                                            message.path("method").asText().equals("silent"))
                                    .count()
                            >= 2);
            CallOutcome third = failed("w.few", "{}", "upstream_unavailable");
            assertThat(third.body().path("detail").asText()).contains("2 requests wait");
            server.lose();
            assertThat(Callers.results(waiting)).noneMatch(CallOutcome::completed);
        }
    }

    @Test
    void aRefusedCredentialIsReadAgainOnceForAllCallers() throws IOException {
        value("w.own", "{}");
        assertThat(server.handshakes()).contains("/talk?own=1 Bearer first");
        Files.writeString(key, "second");
        server.credential("Bearer second");
        try {
            server.lose();
            try (Callers callers = new Callers(30)) {
                assertThat(callers.callAll(i -> gateway.call("w.own", "{}"))).allMatch(CallOutcome::completed);
            }
        } finally {
            server.credential(null);
        }
        assertThat(server.handshakes().stream().filter("/talk?own=1 Bearer second"::equals))
                .hasSize(1);
    }

    @Test
    void theCredentialGoesIntoTheQueryAndTheServerChoosesASubprotocol() {
        value("w.query", "{}");
        assertThat(server.handshakes()).contains("/talk?a=b&key=the+key null");
    }

    @Test
    void aGreetingCarriesTheCredentialAndARefusedOneIsNoSession() {
        value("w.greeting", "{}");
        assertThat(server.handshakes()).contains("/talk?hello=1 null");
        assertThat(server.received())
                .anySatisfy(message -> assertThat(message.path("params").toString())
                        .isEqualTo("{\"user\":\"ada\",\"secret\":\"the-password\"}"));
        CallOutcome refused = failed("w.refused", "{}", "session_unavailable");
        assertThat(refused.body().path("detail").asText()).contains("greeting").contains("not today");
        assertThat(refused.body().toString()).doesNotContain("the key");
    }

    @Test
    void aMessageOfTheServersIsAnsweredAsDeclared() {
        gateway.call("w.answering", "{\"method\":\"push\",\"params\":{\"n\":3}}");
        await().atMost(Duration.ofSeconds(60)).until(() -> server.received().stream()
                .anyMatch(message -> message.toString().equals("{\"method\":\"pong\"}")));
    }

    @Test
    void anUnusedConnectionIsPingedAndOneThatDoesNotAnswerIsReplaced() {
        String hash = String.valueOf(gateway.call("w.watched", "{}").headers().get("CapabilitySession"));
        assertThat(sessions()).contains(hash);
        await().until(() -> server.pings() > 0);
        server.freeze("watched");
        await().until(() -> !sessions().contains(hash));
        value("w.watched", "{}");
        assertThat(handshakes("watched")).isEqualTo(2);
    }

    private String sessions() {
        return TestGateway.tree(gateway.get("/admin/sessions").body())
                .path("sessions")
                .toString();
    }

    private int handshakes(String name) {
        return (int)
                server.handshakes().stream().filter(each -> each.contains(name)).count();
    }

    @Test
    void safeCallsDoNotFailWhenConnectionsAreCutUnderLoad() {
        int callers = 32;
        try (Callers all = new Callers(callers)) {
            List<Boolean> fine = all.callAll(i -> {
                for (int n = 0; n < 10; n++) {
                    if (i == 0 && n == 3) {
                        gateway.call("w.any", "{\"method\":\"cut\"}");
                        continue;
                    }
                    CallOutcome outcome =
                            gateway.call("w.safe", "{\"method\":\"echo\",\"params\":" + (i * 100 + n) + "}");
                    if (!outcome.body().toString().equals(Integer.toString(i * 100 + n))) {
                        throw new AssertionError(outcome.body().toString());
                    }
                }
                return true;
            });
            assertThat(fine).hasSize(callers).containsOnly(true);
        }
    }

    @Test
    void mistakesOfADeclarationAreNamedWithTheirPlaceWhenItIsLoaded() {
        List<Problem> found = gateway.gateway().capabilities().current().problems();
        for (int i = 0; i < WRONG.length; i++) {
            String[] each = WRONG[i];
            int line = i + 2;
            assertThat(found).as("%s in %s", each[1], found).anySatisfy(problem -> {
                assertThat(problem.source().file()).endsWith("wrong.yaml");
                assertThat(problem.source().line()).isEqualTo(line);
                assertThat(problem.message()).contains(each[1]).contains(each[2]);
            });
        }
    }

    private static String wrong() {
        StringBuilder text = new StringBuilder("capabilities:\n");
        for (int i = 0; i < WRONG.length; i++) {
            String said = WRONG[i][0];
            text.append("  - { id: x.w%d, metadata: { websocket: { %s%s%s } } }\n"
                    .formatted(
                            i,
                            said,
                            said.contains("server_url") ? "" : ", server_url: \"ws://127.0.0.1/\"",
                            said.contains("requires_session") ? "" : ", requires_session: true"));
        }
        return text.toString();
    }
}
