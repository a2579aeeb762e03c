package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls of a tool as one JSON-RPC batch, in the one revision of MCP that has them. */
@Timeout(120)
class McpBatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String BATCH = "batch";
    private static final String DECLARATIONS = """
            defaults: { metadata: { mcp: { server_url: "%s", protocol_version: "2025-03-26", requires_session: true, tool_name: t } } }
            capabilities:
              - { id: m.fifty, metadata: { policy: { batch: { size: 50, window: 10s } } } }
              - { id: m.three, metadata: { policy: { batch: { size: 3, window: 10s } } } }
              - { id: m.two, metadata: { policy: { batch: { size: 2, window: 10s } } } }
              - { id: m.kept, metadata: { policy: { batch: { size: 2, window: 10s }, idempotent: true, cache_ttl: 1h } } }
              - { id: m.known, metadata: { mcp: { auth_file: "%s" }, policy: { batch: { size: 3, window: 10s } } } }
              - { id: m.free, metadata: { mcp: { tool_name: t } } }
            """;

    private final McpStub server = new McpStub().on("DELETE", McpStub.Request::accepted);
    private final AtomicInteger opened = new AtomicInteger();
    private TestGateway gateway;
    private Path token;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        token = Files.writeString(folder.resolve("token"), "one");
        speaking("2025-03-26");
        server.on("notifications/initialized", McpStub.Request::accepted)
                .on("tools/call", request -> request.result(McpStub.text(n(request.message()))))
                .on(BATCH, request -> StubServer.answer(request.http(), 200, array(answers(request.message()))));
        gateway = TestGateway.in(folder)
                .capabilities("m.yaml", DECLARATIONS.formatted(server.url(), token))
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.close();
    }

    private void speaking(String version) {
        server.on("initialize", request -> {
            request.http().getResponseHeaders().set("Mcp-Session-Id", "session-" + opened.incrementAndGet());
            request.result(
                    "{\"protocolVersion\":\"%s\",\"capabilities\":{},\"serverInfo\":{\"name\":\"stub\",\"version\":\"1\"}}"
                            .formatted(version));
        });
    }

    private static String n(JsonNode message) {
        return "n" + message.at("/params/arguments/n").asText();
    }

    /** One for each request, the last first; number 7 fails as a tool, number 8 as a request. */
    private static List<String> answers(JsonNode batch) {
        List<String> all = new ArrayList<>();
        for (JsonNode message : batch) {
            String outcome =
                    switch (message.at("/params/arguments/n").asInt()) {
                        case 7 ->
                            "\"result\":{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"a bad one\"}]}";
                        case 8 -> "\"error\":{\"code\":-32602,\"message\":\"no eights\"}";
                        default -> "\"result\":" + McpStub.text(n(message));
                    };
            all.add("{\"jsonrpc\":\"2.0\",\"id\":%s,%s}".formatted(message.path("id"), outcome));
        }
        Collections.reverse(all);
        return all;
    }

    private static String array(List<String> messages) {
        return "[" + String.join(",", messages) + "]";
    }

    private List<HttpResponse<String>> together(int calls, String id) {
        try (Callers callers = new Callers(calls)) {
            return callers.callAll(n -> gateway.post(id, json(n)));
        }
    }

    private static String json(int n) {
        return "{\"n\":" + n + "}";
    }

    private void eachHasItsOwn(List<HttpResponse<String>> answers) {
        for (int n = 0; n < answers.size(); n++) {
            assertThat(answers.get(n).statusCode()).isEqualTo(200);
            assertThat(answers.get(n).body()).isEqualTo("\"n" + n + "\"");
        }
    }

    private double count(String metric) {
        return Scraped.of(gateway).sum(metric);
    }

    @Test
    void fiftyCallsAreOneMessageAndBadOnesFailAlone() {
        List<HttpResponse<String>> answers = together(50, "m.fifty");

        assertThat(server.seen(BATCH)).singleElement().satisfies(request -> {
            assertThat(request.message()).hasSize(50);
            assertThat(request.message().findValuesAsText("id")).doesNotHaveDuplicates();
            assertThat(request.header("Mcp-Session-Id")).isEqualTo("session-1");
        });
        assertThat(server.seen("tools/call")).isEmpty();
        assertThat(opened).hasValue(1);
        for (int n = 0; n < 50; n++) {
            switch (n) {
                case 7 -> {
                    JsonNode problem = Refusals.overRest(answers.get(n), 422, "tool_error");
                    assertThat(problem.path("detail").asText()).isEqualTo("a bad one");
                }
                case 8 -> {
                    JsonNode problem = Refusals.overRest(answers.get(n), 502, "upstream_error");
                    assertThat(problem.path("detail").asText()).contains("-32602", "no eights");
                }
                default -> assertThat(answers.get(n).body()).isEqualTo("\"n" + n + "\"");
            }
        }
        await().atMost(PATIENCE).until(() -> count("serai_batches_total") == 1);
        assertThat(count("serai_batched_calls_total")).isEqualTo(50);
    }

    @Test
    void withoutThePolicyEachCallIsAMessage() {
        eachHasItsOwn(together(5, "m.free"));
        assertThat(server.seen("tools/call")).hasSize(5);
        assertThat(server.seen(BATCH)).isEmpty();
    }

    @Test
    void theWholeResultIsKeptForWhoAsksForIt() {
        try (Callers callers = new Callers(2)) {
            List<HttpResponse<String>> answers =
                    callers.callAll(n -> gateway.post(n == 1 ? "m.two?raw=true" : "m.two", json(n)));

            assertThat(answers.get(0).body()).isEqualTo("\"n0\"");
            assertThat(answers.get(1).body()).isEqualTo(McpStub.text("n1"));
        }
        assertThat(server.seen(BATCH)).hasSize(1);
    }

    @Test
    void answersMayComeOneByOneAndWhatTheServerAsksMeanwhileIsAnswered() {
        CompletableFuture<JsonNode> pong = new CompletableFuture<>();
        server.on("answer", request -> {
            pong.complete(request.message());
            request.accepted();
        });
        server.on(BATCH, request -> {
            List<String> answers = answers(request.message());
            try (var events = request.events()) {
                McpStub.event(events, "data: " + answers.get(0));
                McpStub.event(events, "data: {\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}");
                pong.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
                McpStub.event(events, "data: " + array(answers.subList(1, 3)));
            }
        });

        eachHasItsOwn(together(3, "m.three"));
        assertThat(pong.join().path("id").asText()).isEqualTo("p");
    }

    @Test
    void aCallWhoseAnswerDoesNotComeFailsAlone() {
        // The one without an answer may have been done: it is not sent again.
        server.on(BATCH, request -> {
            try (var events = request.events()) {
                McpStub.event(
                        events, "data: " + array(answers(request.message()).subList(0, 2)));
            }
        });

        List<HttpResponse<String>> answers = together(3, "m.three");

        assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(2);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() != 200)
                .singleElement()
                .satisfies(answer -> assertThat(Refusals.overRest(answer, 502, "upstream_protocol_error")
                                .path("detail")
                                .asText())
                        .contains("without the answer"));
        assertThat(server.seen(BATCH)).hasSize(1);
        assertThat(server.seen("tools/call")).isEmpty();
    }

    @Test
    void whoHasAnAnswerWaitsForNoneOfTheOthersAndOnlyTheRestIsCancelled() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        server.on(BATCH, request -> {
            if (!isCall(request)) {
                request.accepted();
                return;
            }
            try (var events = request.events()) {
                List<String> answers = answers(request.message());
                answers.removeIf(answer -> answer.contains("n2"));
                McpStub.event(events, "data: " + array(answers));
                over.await();
            }
        });
        RawCall hanging = call("m.three", 2);
        try (Callers callers = new Callers(2)) {
            eachHasItsOwn(callers.callAll(n -> gateway.post("m.three", json(n))));
        }
        assertThat(server.seen(BATCH)).hasSize(1);

        hanging.close();

        await().atMost(PATIENCE).until(() -> server.seen(BATCH).size() == 2);
        over.countDown();
        assertThat(server.seen(BATCH).get(1).message().findValuesAsText("requestId"))
                .containsExactly(idOf(server.seen(BATCH).get(0).message(), 2));
    }

    private static boolean isCall(McpStub.Request batch) {
        return batch.message().at("/0/method").asText().equals("tools/call");
    }

    private static String idOf(JsonNode batch, int n) {
        for (JsonNode message : batch) {
            if (message.at("/params/arguments/n").asInt(-1) == n) {
                return message.path("id").asText();
            }
        }
        throw new AssertionError("no request with " + n);
    }

    @ParameterizedTest
    @CsvSource({"first, false", "last, false", "first, true", "last, true"})
    void anErrorOfNoneBesideAnswersRepeatsNothingAndIsToldInNobodysWords(String where, boolean stream) {
        String error = "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"n=1 is secret\"}}";
        server.on(BATCH, request -> {
            List<String> messages = new ArrayList<>(answers(request.message()).subList(0, 2));
            messages.add(where.equals("first") ? 0 : 2, error);
            if (stream) {
                try (var events = request.events()) {
                    McpStub.event(events, "data: " + array(messages));
                }
            } else {
                StubServer.answer(request.http(), 200, array(messages));
            }
        });

        List<HttpResponse<String>> answers = together(3, "m.three");

        assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(2);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() != 200)
                .singleElement()
                .satisfies(answer -> assertThat(
                                Refusals.overRest(answer, 502, "upstream_error").toString())
                        .contains("-32600")
                        .doesNotContain("secret"));
        assertThat(server.seen(BATCH)).hasSize(1);
        assertThat(server.seen("tools/call")).isEmpty();
    }

    @Test
    void whatAServerSaysOfAllIsToldInNobodysWords() {
        server.on(BATCH, request -> request.error(500, -32603, "n=1 is secret"));

        together(3, "m.three").forEach(answer -> assertThat(
                        Refusals.overRest(answer, 502, "upstream_error").toString())
                .contains("500", "-32603")
                .doesNotContain("secret"));
        assertThat(server.seen(BATCH)).hasSize(1);
    }

    @Test
    void answersToOthersAndSecondAnswersAreNobodys() {
        server.on(BATCH, request -> {
            List<String> messages = new ArrayList<>();
            for (String answer : answers(request.message())) {
                messages.add(
                        answer.replaceFirst("\"id\":(\\d+)", "\"id\":\"$1\"").replace("\"n", "\"text "));
                messages.add(answer.replaceFirst("\"id\":\\d+", "\"id\":1").replace("\"n", "\"other "));
                messages.add(answer);
                messages.add(answer.replace("\"n", "\"second "));
            }
            StubServer.answer(request.http(), 200, array(messages));
        });

        eachHasItsOwn(together(3, "m.three"));
    }

    @Test
    void aStreamThatBreaksOffIsTakenUpForTheRest() {
        List<String> rest = new CopyOnWriteArrayList<>();
        server.on(BATCH, request -> {
            List<String> answers = answers(request.message());
            rest.addAll(answers.subList(1, 3));
            try (var events = request.events()) {
                McpStub.event(events, "id: e1\nretry: 10\ndata: " + answers.get(0));
            }
        });
        server.on("GET", request -> {
            if (!"e1".equals(request.header("Last-Event-ID"))) {
                request.error(405, -32000, "no stream of its own");
                return;
            }
            try (var events = request.events()) {
                McpStub.event(events, "data: " + array(rest));
            }
        });

        eachHasItsOwn(together(3, "m.three"));
        assertThat(server.seen(BATCH)).hasSize(1);
        assertThat(server.seen("tools/call")).isEmpty();
    }

    @Test
    void aTokenThatIsRefusedIsReadAgainOnceForAll() throws IOException {
        server.on(BATCH, request -> {
            if ("Bearer two".equals(request.header("Authorization"))) {
                StubServer.answer(request.http(), 200, array(answers(request.message())));
            } else {
                Files.writeString(token, "two");
                request.error(401, -32001, "no");
            }
        });

        eachHasItsOwn(together(3, "m.known"));
        assertThat(server.seen("tools/call")).isEmpty();
        assertThat(opened).hasValue(2);
    }

    @Test
    void whatHasNoRoomForItsAnswerIsCalledForItselfWhereItIsIdempotent() {
        server.on(BATCH, request -> {
            List<String> answers = answers(request.message());
            try (var events = request.events()) {
                McpStub.event(events, "data: " + answers.get(0));
                McpStub.event(events, "data: " + "x".repeat(17 * 1024 * 1024));
            }
        });

        eachHasItsOwn(together(2, "m.kept"));
        assertThat(server.seen(BATCH)).hasSize(1);
        assertThat(server.seen("tools/call")).hasSize(1);
    }

    @Test
    void anAnswerIsKeptForAsLongAsItsServerSays() {
        server.on(
                BATCH,
                request -> StubServer.answer(
                        request.http(),
                        200,
                        array(answers(request.message())).replace("\"result\":{", "\"result\":{\"ttlMs\":0,")));
        for (int round = 1; round <= 2; round++) {
            List<HttpResponse<String>> answers = together(2, "m.kept");
            eachHasItsOwn(answers);
            assertThat(answers)
                    .allMatch(
                            answer -> answer.headers().firstValue("Serai-Cache").isEmpty());
            assertThat(server.seen(BATCH)).hasSize(round);
        }
    }

    @Test
    void aServerThatTakesNoBatchesIsCalledCallByCallAndNotAskedAgainInThatSession() {
        server.on(BATCH, request -> request.error(200, -32600, "no batches"));

        eachHasItsOwn(together(3, "m.three"));
        eachHasItsOwn(together(3, "m.three"));
        assertThat(server.seen(BATCH)).hasSize(1);
        assertThat(server.seen("tools/call")).hasSize(6);
        assertThat(opened).hasValue(1);
    }

    @Test
    void aBatchThatIsRefusedForWhatIsInItIsSentCallByCall() {
        server.on(BATCH, request -> request.error(400, -32602, "one of them"));

        eachHasItsOwn(together(3, "m.three"));
        assertThat(server.seen(BATCH)).hasSize(1);
        assertThat(server.seen("tools/call")).hasSize(3);
    }

    @Test
    void inASessionOfAnotherRevisionEachCallIsAMessage() {
        speaking("2025-06-18");

        eachHasItsOwn(together(2, "m.two"));
        assertThat(server.seen(BATCH)).isEmpty();
        assertThat(server.seen("tools/call")).hasSize(2);
    }

    @Test
    void aSessionThatIsLostIsOpenedOnceForAll() {
        server.on(BATCH, request -> {
            if ("session-1".equals(request.header("Mcp-Session-Id"))) {
                request.error(404, -32001, "Session not found");
            } else {
                StubServer.answer(request.http(), 200, array(answers(request.message())));
            }
        });

        eachHasItsOwn(together(3, "m.three"));
        assertThat(opened).hasValue(2);
        assertThat(server.seen("tools/call")).isEmpty();
    }

    @Test
    void whoIsToldOfProgressGoesAloneAndAtOnce() {
        try (Callers callers = new Callers(2)) {
            assertThat(callers.callAll(n -> new FakeCaller("{}").call(gateway, "m.two", json(n))))
                    .allMatch(call -> "completed".equals(call.getMessage().getHeader("CapabilityStatus")));
        }
        assertThat(server.seen(BATCH)).isEmpty();
        assertThat(server.seen("tools/call")).hasSize(2);
    }

    @Test
    void whoCanBeAskedGoesAlone() {
        try (Callers callers = new Callers(2)) {
            assertThat(callers.callAll(
                            n -> new FakeCaller("{\"elicitation\":{}}").untold().call(gateway, "m.two", json(n))))
                    .allMatch(call -> "completed".equals(call.getMessage().getHeader("CapabilityStatus")));
            assertThat(server.seen(BATCH)).isEmpty();
            assertThat(server.seen("tools/call")).hasSize(2);

            callers.callAll(n -> new FakeCaller("{}").untold().call(gateway, "m.two", json(n)));
            assertThat(server.seen(BATCH)).hasSize(1);
        }
    }

    @Test
    void whenAllHaveLeftTheServerIsToldOfEachRequest() {
        CountDownLatch over = new CountDownLatch(1);
        server.on("answer", McpStub.Request::accepted).on(BATCH, request -> {
            if (isCall(request)) {
                over.await();
            } else {
                request.accepted();
            }
        });
        List<RawCall> calls = List.of(call("m.two", 0), call("m.two", 1));
        await().atMost(PATIENCE).until(() -> server.seen(BATCH).size() == 1);

        calls.forEach(RawCall::close);

        await().atMost(PATIENCE).until(() -> server.seen(BATCH).size() == 2);
        over.countDown();
        JsonNode told = server.seen(BATCH).get(1).message();
        assertThat(told.findValuesAsText("method"))
                .containsOnly("notifications/cancelled")
                .hasSize(2);
        assertThat(told.findValuesAsText("requestId"))
                .isEqualTo(server.seen(BATCH).get(0).message().findValuesAsText("id"));
    }

    private RawCall call(String id, int n) {
        return new RawCall(gateway.gateway().url(), id, json(n), "");
    }
}
