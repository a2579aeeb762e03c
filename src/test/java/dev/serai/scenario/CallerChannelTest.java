package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What servers of both eras tell and ask during a call reaches the caller of that call, and nobody else. */
@Timeout(120)
class CallerChannelTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    private final McpStub old = new McpStub().withHandshake();
    private final McpStub stateless = new McpStub().stateless();
    private final Map<String, CompletableFuture<JsonNode>> answered = new ConcurrentHashMap<>();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.in(folder)
                .capabilities("stubs.yaml", """
                        capabilities:
                          - id: old.tool
                            metadata: { mcp: { server_url: "%s", requires_session: true } }
                          - id: stateless.tool
                            metadata: { mcp: { server_url: "%s", requires_session: auto } }
                        """.formatted(old.url(), stateless.url()))
                .start();
        old.on("answer", request -> {
            answered.computeIfAbsent(request.message().path("id").asText(), id -> new CompletableFuture<>())
                    .complete(request.message());
            request.accepted();
        });
    }

    @AfterEach
    void stop() {
        gateway.close();
        old.close();
        stateless.close();
    }

    /** Asks on the stream of a call, and ends the call with what came back: the result, or the code of the error. */
    private McpStub.Script asking(String id, String method, String params) {
        return request -> {
            try (var events = request.events()) {
                McpStub.event(
                        events,
                        "data: {\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"%s\",\"params\":%s}"
                                .formatted(id, method, params));
                JsonNode answer = answered.computeIfAbsent(id, key -> new CompletableFuture<>())
                        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join();
                String came = answer.has("error")
                        ? answer.at("/error/code").asText()
                        : answer.path("result").toString().replace('"', '\'');
                McpStub.event(events, "data: " + request.answer(McpStub.text("came: " + came)));
            }
        };
    }

    private static McpStub.Script reporting(CountDownLatch passedOn) {
        return request -> {
            try (var events = request.events()) {
                JsonNode token = request.params().at("/_meta/progressToken");
                McpStub.event(
                        events,
                        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                + "\"another's\",\"progress\":9}}");
                McpStub.event(events, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
                McpStub.event(
                        events,
                        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\","
                                + "\"data\":\"hm\"}}");
                McpStub.event(
                        events,
                        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                + token + ",\"progress\":1}}");
                boolean inTime = passedOn.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                McpStub.event(events, "data: " + request.answer(McpStub.text(inTime ? "fine" : "late")));
            }
        };
    }

    @Test
    void progressAndLogMessagesAreToldWhileTheCallGoesOn() {
        for (McpStub server : List.of(old, stateless)) {
            String id = server == old ? "old.tool" : "stateless.tool";
            CountDownLatch both = new CountDownLatch(2);
            server.on("tools/call", reporting(both));
            FakeCaller caller = new FakeCaller("{}").whenTold(both::countDown);
            assertThat(caller.ask(gateway, id).asText()).isEqualTo("fine");
            assertThat(caller.told()).hasSize(2);
            assertThat(caller.told().get(0)).isEqualTo("notifications/message {\"level\":\"info\",\"data\":\"hm\"}");
            assertThat(caller.told().get(1))
                    .startsWith("notifications/progress")
                    .contains("\"progress\":1");
        }
        assertThat(stateless.seen("tools/call").get(0).meta("logLevel").asText())
                .isEqualTo("info");
    }

    @Test
    void aCallerThatWantsNoProgressMakesNoServerTellIt() {
        for (McpStub server : List.of(old, stateless)) {
            server.on("tools/call", request -> request.result(McpStub.text("fine")));
            assertThat(gateway.call(server == old ? "old.tool" : "stateless.tool", "{}")
                            .completed())
                    .isTrue();
            JsonNode meta = server.seen("tools/call").get(0).params().path("_meta");
            assertThat(meta.has("progressToken")).isFalse();
            assertThat(meta.has("io.modelcontextprotocol/logLevel")).isFalse();
        }
    }

    @Test
    void aServerWithSessionsAsksTheCallerDuringTheCall() {
        old.on("tools/call", asking("ask-1", "elicitation/create", "{\"message\":\"who?\"}"));
        FakeCaller caller = new FakeCaller("{\"elicitation\":{}}")
                .answering("{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}");
        assertThat(caller.ask(gateway, "old.tool").asText())
                .isEqualTo("came: {'action':'accept','content':{'name':'Ada'}}");
        assertThat(caller.asked()).containsExactly("elicitation/create {\"message\":\"who?\"}");
        McpStub.Request answer = old.seen("answer").get(0);
        assertThat(answer.header("Mcp-Session-Id")).isEqualTo("stub-session");
        assertThat(answer.message().path("id").asText()).isEqualTo("ask-1");
    }

    @Test
    void aServerIsToldAtTheOpeningWhatItMayAskOfTheCallersOfThatSession() {
        old.on("tools/call", request -> request.result(McpStub.text("fine")));
        FakeCaller able = new FakeCaller("{\"sampling\":{\"x\":1},\"roots\":{\"listChanged\":true},\"other\":{}}");
        able.ask(gateway, "old.tool");
        assertThat(gateway.call("old.tool", "{}").completed()).isTrue();
        able.ask(gateway, "old.tool");
        assertThat(old.seen("initialize"))
                .extracting(request -> request.params().path("capabilities").toString())
                .containsExactly("{\"sampling\":{},\"roots\":{}}", "{}");
    }

    @Test
    void whatTheCallerCannotBeAskedIsAnsweredForIt() {
        Map<String, String> questions = Map.of(
                "elicitation/create", "-32601",
                "sampling/createMessage", "-32601",
                "something/else", "-32601",
                "ping", "{}");
        AtomicInteger next = new AtomicInteger();
        questions.forEach((method, answer) -> {
            old.on("tools/call", asking("q" + next.incrementAndGet(), method, "{}"));
            assertThat(gateway.call("old.tool", "{}").body().asText())
                    .as(method)
                    .isEqualTo("came: " + answer);
            old.on("tools/call", asking("q" + next.incrementAndGet(), method, "{}"));
            assertThat(new FakeCaller("{\"roots\":{}}").ask(gateway, "old.tool").asText())
                    .as(method)
                    .isEqualTo("came: " + answer);
        });
    }

    @Test
    void anAnswerThatTheServerDoesNotTakeEndsTheCall() {
        old.on("answer", request -> request.error(404, -32001, "Session not found"));
        old.on("tools/call", asking("lost", "elicitation/create", "{}"));
        FakeCaller caller = new FakeCaller("{\"elicitation\":{}}").answering("{\"action\":\"cancel\"}");
        JsonNode problem = caller.ask(gateway, "old.tool");
        assertThat(problem.path("code").asText()).as("%s", problem).isEqualTo("upstream_error");
        assertThat(problem.path("detail").asText()).contains("did not take the answer");
        answered.computeIfAbsent("lost", id -> new CompletableFuture<>()).cancel(true);
    }

    private static String inputRequired(String questions, String state) {
        return "{\"resultType\":\"input_required\",\"inputRequests\":" + questions + ",\"requestState\":\"" + state
                + "\"}";
    }

    @Test
    void aStatelessServerAsksByAnsweringAndTheCallGoesOnWithTheAnswers() {
        AtomicInteger round = new AtomicInteger();
        stateless.on("tools/call", request -> {
            switch (round.getAndIncrement()) {
                case 0 ->
                    request.result(inputRequired(
                            "{\"a\":{\"method\":\"elicitation/create\",\"params\":{\"message\":\"who?\"}},"
                                    + "\"b\":{\"method\":\"roots/list\"}}",
                            "one"));
                case 1 -> request.result("{\"resultType\":\"input_required\",\"requestState\":\"two\"}");
                default -> request.result(McpStub.text("fine"));
            }
        });
        FakeCaller caller = new FakeCaller("{\"elicitation\":{},\"roots\":{}}")
                .answering((method, params) -> CompletableFuture.supplyAsync(() ->
                        TestGateway.tree(method.equals("roots/list") ? "{\"roots\":[]}" : "{\"action\":\"accept\"}")));
        JsonNode result =
                caller.call(gateway, "stateless.tool", "{\"x\":1}").getMessage().getBody(JsonNode.class);
        assertThat(result.asText()).as("%s", result).isEqualTo("fine");
        List<McpStub.Request> calls = stateless.seen("tools/call");
        assertThat(calls).hasSize(3).allSatisfy(call -> {
            assertThat(call.params().path("arguments").toString()).isEqualTo("{\"x\":1}");
            assertThat(call.meta("clientCapabilities").toString())
                    .isEqualTo("{\"elicitation\":{\"form\":{}},\"roots\":{}}");
        });
        assertThat(calls).extracting(call -> call.message().path("id")).doesNotHaveDuplicates();
        assertThat(calls.get(0).params().has("requestState")).isFalse();
        assertThat(calls.get(1).params().path("requestState").asText()).isEqualTo("one");
        assertThat(calls.get(1).params().path("inputResponses").toString())
                .isEqualTo("{\"a\":{\"action\":\"accept\"},\"b\":{\"roots\":[]}}");
        assertThat(calls.get(2).params().path("requestState").asText()).isEqualTo("two");
        assertThat(calls.get(2).params().has("inputResponses")).isFalse();
    }

    @Test
    void aCallerThatCannotBeAskedGetsAClearErrorOverRestToo() {
        stateless.on(
                "tools/call",
                request -> request.result(
                        inputRequired("{\"a\":{\"method\":\"elicitation/create\",\"params\":{}}}", "s")));
        var answer = gateway.post("stateless.tool", "{}");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(TestGateway.tree(answer.body()).path("detail").asText())
                .contains("this caller cannot be asked that", "elicitation");
        JsonNode problem = new FakeCaller("{\"elicitation\":{}}").ask(gateway, "stateless.tool");
        assertThat(problem.path("detail").asText()).isEqualTo("not asked that");
    }

    @Test
    void questionsWithoutEndAndQuestionsThatAreNoneAreAnError() {
        stateless.on(
                "tools/call", request -> request.result("{\"resultType\":\"input_required\",\"requestState\":\"s\"}"));
        JsonNode problem = gateway.call("stateless.tool", "{}").body();
        assertThat(problem.path("code").asText()).isEqualTo("upstream_protocol_error");
        assertThat(problem.path("detail").asText()).contains("more than 10 times");
        assertThat(stateless.seen("tools/call")).hasSize(11);
        for (String bad : new String[] {"", ",\"inputRequests\":{}", ",\"inputRequests\":7", ",\"requestState\":7"}) {
            stateless.on("tools/call", request -> request.result("{\"resultType\":\"input_required\"" + bad + "}"));
            assertThat(gateway.call("stateless.tool", "{}").body().path("code").asText())
                    .as(bad)
                    .isEqualTo("upstream_protocol_error");
        }
    }

    @Test
    void aCallerWhoDoesNotAnswerEndsTheCallAtItsDeadline() {
        stateless.on(
                "tools/call",
                request -> request.result(
                        inputRequired("{\"a\":{\"method\":\"elicitation/create\",\"params\":{}}}", "s")));
        FakeCaller silent =
                new FakeCaller("{\"elicitation\":{}}").answering((method, params) -> new CompletableFuture<>());
        JsonNode problem = gateway.camelContext()
                .createProducerTemplate()
                .send("direct:invoke-capability", exchange -> {
                    exchange.setProperty(dev.serai.invocation.CallerChannel.PROPERTY, silent);
                    exchange.getMessage()
                            .setHeaders(new java.util.HashMap<>(
                                    Map.of("CapabilityId", "stateless.tool", "CapabilityTimeoutMs", "500")));
                })
                .getMessage()
                .getBody(JsonNode.class);
        assertThat(problem.path("code").asText()).isEqualTo("timeout");
    }
}
