package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import dev.serai.access.NewApiKey;
import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code policy_batch_window} and {@code policy_batch_size}, as a GraphQL server and the callers see them. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class BatchTest {
    /** Characters of an answer of which two are too many for the gateway. */
    private static final int LONG = 200_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String DECLARATIONS = """
            defaults: { metadata: { graphql: { server_url: "%1$s" } } }
            capabilities:
              - { id: b.fifty, metadata: { graphql: { query: "{ n }" }, policy: { batch: { size: 50, window: 10s } } } }
              - { id: b.five, metadata: { graphql: { query: "{ n }" }, policy: { batch: { size: 5, window: 10s } } } }
              - { id: b.window, metadata: { graphql: { query: "{ n }" }, policy: { batch: { size: 1000, window: 200ms } } } }
              - { id: b.free, metadata: { graphql: { query: "{ n }" } } }
              - { id: b.two, metadata: { graphql: { query: "{ n }" }, policy: { batch: { size: 2, window: 5s } } } }
              - { id: b.held, metadata: { graphql: { query: "{ held }" }, policy: { batch: { size: 2, window: 10s } } } }
              - { id: b.hurried, metadata: { graphql: { query: "{ held }" }, policy: { batch: { size: 2, window: 4s } } } }
              - { id: b.down, metadata: { graphql: { query: "{ down }" }, policy: { batch: { size: 2, window: 10s } } } }
              - { id: b.once, metadata: { graphql: { query: "{ once }" }, policy: { batch: { size: 2, window: 10s }, retry: { max: 2, delay: 1ms } } } }
              - { id: b.again, metadata: { graphql: { query: "{ once }" }, policy: { idempotent: true, batch: { size: 2, window: 10s }, retry: { max: 2, delay: 1ms } } } }
              - { id: b.refusing, metadata: { graphql: { query: "{ refusing }" }, policy: { batch: { size: 2, window: 10s } } } }
              - { id: b.refused, metadata: { graphql: { query: "mutation { refused }" }, policy: { batch: { size: 3, window: 10s } } } }
              - { id: b.bytes, metadata: { graphql: { query: "{ length }" }, policy: { batch: { size: 3, window: 10s } } } }
              - { id: b.long, metadata: { graphql: { query: "{ long }" }, policy: { batch: { size: 3, window: 10s } } } }
              - { id: b.longagain, metadata: { graphql: { query: "{ long }" }, policy: { idempotent: true, batch: { size: 3, window: 10s } } } }
              - { id: b.circuit, metadata: { graphql: { query: "{ down }" }, policy: { batch: { size: 5, window: 10s }, circuit_breaker: { window: 4, open_for: 10m } } } }
              - { id: b.late, metadata: { graphql: { server_url: ["%1$s/a", "%1$s/b"], query: "{ held }" }, policy: { timeout: 4s, batch: { size: 3, window: 1s } } } }
              - { id: b.short, metadata: { graphql: { query: "{ short }" }, policy: { batch: { size: 2, window: 10s } } } }
            """;

    private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private final StubServer server = new StubServer(this::answer);
    private volatile CountDownLatch held = new CountDownLatch(0);
    private TestGateway gateway;

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode request =
                TestGateway.tree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        asked.add(request);
        JsonNode first = request.isArray() ? request.path(0) : request;
        switch (first.path("query").asText()) {
            case "{ down }" -> StubServer.answer(exchange, 503, "{\"error\":\"down\"}");
            case "{ once }" ->
                StubServer.answer(
                        exchange,
                        asked.size() == 1 ? 503 : 200,
                        asked.size() == 1 ? "{}" : answers(request).toString());
            case "mutation { refused }" -> refuse(exchange, request);
            case "{ long }" -> {
                ArrayNode answers = JsonNodeFactory.instance.arrayNode();
                (request.isArray() ? request : List.of(request)).forEach(each -> answers.addObject()
                        .putObject("data")
                        .put("n", each.at("/variables/n").asInt())
                        .put("pad", "x".repeat(LONG)));
                StubServer.answer(exchange, 200, (request.isArray() ? answers : answers.get(0)).toString());
            }
            case "{ length }" ->
                StubServer.answer(
                        exchange,
                        200,
                        "{\"data\":" + request.at("/variables/pad").asText().length() + "}");
            case "{ refusing }" ->
                StubServer.answer(exchange, 400, "{\"errors\":[{\"message\":\"Batching is not supported.\"}]}");
            case "{ short }" -> StubServer.answer(exchange, 200, "[{\"data\":{}}]");
            default -> {
                if (first.path("query").asText().equals("{ held }")) {
                    hold();
                }
                StubServer.answer(exchange, 200, answers(request).toString());
            }
        }
    }

    /** All of a batch, by the status that its first one asks for; of single ones those that are bad. */
    private void refuse(HttpExchange exchange, JsonNode request) throws IOException {
        if (request.isArray()) {
            int status = request.at("/0/variables/status").asInt();
            StubServer.answer(
                    exchange,
                    status,
                    status == 413 ? "{\"errors\":[{\"message\":\"at most 1\"}]}" : "{\"error\":\"not all of these\"}");
            return;
        }
        JsonNode variables = request.path("variables");
        if (variables.path("n").asInt() == 1) {
            StubServer.answer(exchange, 422, "{\"error\":\"not this one\"}");
        } else {
            StubServer.answer(exchange, 200, answerTo(request).toString());
        }
    }

    private void hold() {
        try {
            held.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static JsonNode answers(JsonNode request) {
        if (!request.isArray()) {
            return answerTo(request);
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        request.forEach(each -> all.add(answerTo(each)));
        return all;
    }

    private static JsonNode answerTo(JsonNode operation) {
        JsonNode variables = operation.path("variables");
        return TestGateway.tree(
                variables.has("bad")
                        ? "{\"data\":null,\"errors\":[{\"message\":\"a bad one\"}]}"
                        : "{\"data\":" + variables + "}");
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        gateway = TestGateway.in(folder)
                .capabilities("b.yaml", DECLARATIONS.formatted(server.uri()))
                .setting("serai.upstream.max-body", Integer.toString(2 * LONG))
                .start();
    }

    @BeforeEach
    void forget() {
        asked.clear();
    }

    @AfterAll
    void stop() {
        held.countDown();
        gateway.close();
        server.close();
    }

    private List<HttpResponse<String>> together(int calls, String id) {
        try (Callers callers = new Callers(calls)) {
            return callers.callAll(n -> gateway.post(id, json(n)));
        }
    }

    private static String json(int n) {
        return "{\"n\":" + n + "}";
    }

    private double count(String metric) {
        return Scraped.of(gateway).sum(metric);
    }

    @Test
    void fiftyCallsAreOneRequestAndABadOneFailsAlone() {
        double batches = count("serai_batches_total");
        double batched = count("serai_batched_calls_total");
        List<HttpResponse<String>> answers;
        try (Callers callers = new Callers(50)) {
            answers = callers.callAll(n -> gateway.post("b.fifty", n == 7 ? "{\"bad\":7}" : json(n)));
        }

        assertThat(asked).singleElement().satisfies(request -> assertThat(request)
                .hasSize(50));
        for (int n = 0; n < 50; n++) {
            if (n == 7) {
                JsonNode problem = Refusals.overRest(answers.get(n), 422, "tool_error");
                assertThat(problem.path("detail").asText()).isEqualTo("a bad one");
            } else {
                assertThat(answers.get(n).statusCode()).isEqualTo(200);
                assertThat(answers.get(n).body()).isEqualTo(json(n));
            }
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("serai_batches_total") - batches)
                .isEqualTo(1));
        assertThat(count("serai_batched_calls_total") - batched).isEqualTo(50);
    }

    @Test
    void withoutThePolicyEachCallIsARequest() {
        assertThat(together(10, "b.free")).allMatch(answer -> answer.statusCode() == 200);
        assertThat(asked).hasSize(10).allMatch(JsonNode::isObject);
    }

    @Test
    void noRequestHasMoreThanItsSize() {
        assertThat(together(10, "b.five")).allMatch(answer -> answer.statusCode() == 200);
        assertThat(asked).hasSize(2).allMatch(request -> request.size() == 5 && request.isArray());
    }

    @Test
    void whenTheWindowEndsItGoesWithThoseThatCame() {
        assertThat(gateway.post("b.window", json(1)).body()).isEqualTo(json(1));
        assertThat(asked).singleElement().matches(JsonNode::isObject);

        assertThat(together(20, "b.window")).allMatch(answer -> answer.statusCode() == 200);
        assertThat(asked).hasSizeLessThan(1 + 20).anyMatch(JsonNode::isArray);
    }

    @Test
    void whoHasNotTheTimeDoesNotWait() {
        assertThat(gateway.post("b.fifty", json(1), "Serai-Timeout-Ms", "9000").body())
                .isEqualTo(json(1));
        assertThat(asked).singleElement().matches(JsonNode::isObject);
    }

    @Test
    void callersOfDifferentScopeNeverShareARequest(@TempDir Path folder) throws Exception {
        NewApiKey ann = NewApiKey.make("ann", Set.of());
        NewApiKey bob = NewApiKey.make("bob", Set.of());
        Path keys = Files.write(folder.resolve("keys.yaml"), List.of(ann.line(), bob.line()));
        try (TestGateway own = TestGateway.in(folder)
                        .capabilities("b.yaml", DECLARATIONS.formatted(server.uri()))
                        .setting("serai.access.api-keys-file", keys.toString())
                        .setting("serai.audit", "off")
                        .start();
                Callers callers = new Callers(8)) {
            List<HttpResponse<String>> answers = callers.callAll(
                    n -> own.post("b.two", json(n), "Authorization", "Bearer " + (n % 2 == 0 ? ann.key() : bob.key())));

            assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
        }
        assertThat(asked).hasSize(4).allSatisfy(request -> {
            assertThat(request).hasSize(2);
            assertThat(request.at("/0/variables/n").asInt() % 2)
                    .isEqualTo(request.at("/1/variables/n").asInt() % 2);
        });
    }

    @Test
    void oneThatLeavesCostsTheOthersNothing() throws Exception {
        held = new CountDownLatch(1);
        RawCall leaving = new RawCall(url(), "b.held", json(1), "");
        try (Callers callers = new Callers(1)) {
            Future<HttpResponse<String>> staying =
                    callers.start(n -> gateway.post("b.held", json(2))).get(0);
            await().atMost(PATIENCE).until(() -> asked.size() == 1);
            double before = cancelled();
            leaving.close();
            await().atMost(PATIENCE).until(() -> cancelled() > before);
            held.countDown();

            assertThat(staying.get().body()).isEqualTo(json(2));
        }
        assertThat(asked).singleElement().satisfies(request -> assertThat(request)
                .hasSize(2));
    }

    @Test
    void whenAllHaveLeftTheRequestIsCut() {
        held = new CountDownLatch(1);
        List<RawCall> all = new ArrayList<>();
        for (int n = 0; n < 2; n++) {
            all.add(new RawCall(url(), "b.held", json(n), ""));
        }
        await().atMost(PATIENCE).until(() -> asked.size() == 1);
        await().atMost(PATIENCE).until(() -> count("serai_in_flight") == 2);
        all.get(0).close();
        await().atMost(PATIENCE).until(() -> count("serai_invocations_running") == 1);
        // Its turn is held by what still works for it.
        assertThat(count("serai_in_flight")).isEqualTo(2);
        all.get(1).close();

        await().atMost(PATIENCE).until(() -> count("serai_in_flight") == 0);
        assertThat(asked).singleElement().satisfies(request -> assertThat(request)
                .hasSize(2));
        held.countDown();
    }

    @Test
    void eachHasItsOwnDeadline() throws Exception {
        held = new CountDownLatch(1);
        try (Callers callers = new Callers(2)) {
            List<Future<HttpResponse<String>>> calls = callers.start(n -> n == 0
                    ? gateway.post("b.hurried", json(0), "Serai-Timeout-Ms", "8000")
                    : gateway.post("b.hurried", json(1)));
            Refusals.overRest(calls.get(0).get(), 504, "timeout");
            assertThat(calls.get(1).isDone()).isFalse();
            held.countDown();

            assertThat(calls.get(1).get().body()).isEqualTo(json(1));
        }
        assertThat(asked).singleElement().satisfies(request -> assertThat(request)
                .hasSize(2));
    }

    @Test
    void whatFailsTheRequestFailsEach() {
        together(2, "b.down").forEach(answer -> Refusals.overRest(answer, 502, "upstream_error"));
        assertThat(asked).hasSize(1);

        // What the server says of all may quote one of them.
        together(2, "b.refusing").forEach(answer -> assertThat(Refusals.overRest(answer, 502, "upstream_protocol_error")
                        .toString())
                .contains("take policy_batch away")
                .doesNotContain("Batching is not supported."));
        assertThat(asked).hasSize(2);

        together(2, "b.short").forEach(answer -> assertThat(Refusals.overRest(answer, 502, "upstream_protocol_error")
                        .path("detail")
                        .asText())
                .contains("1 answers to a batch of 2"));
        assertThat(asked).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void aRequestThatIsRefusedForWhatIsInItIsSentAgainCallByCall(int status) {
        List<HttpResponse<String>> answers;
        try (Callers callers = new Callers(3)) {
            answers = callers.callAll(n -> gateway.post("b.refused", "{\"n\":" + n + ",\"status\":" + status + "}"));
        }

        assertThat(asked).hasSize(1 + 3);
        assertThat(asked.get(0)).hasSize(3);
        assertThat(asked.subList(1, 4))
                .allMatch(JsonNode::isObject)
                .extracting(request -> request.at("/variables/n").asInt())
                .containsExactlyInAnyOrder(0, 1, 2);
        assertThat(answers.get(0).body()).isEqualTo("{\"n\":0,\"status\":" + status + "}");
        assertThat(Refusals.overRest(answers.get(1), 502, "upstream_error")
                        .path("detail")
                        .asText())
                .contains("422");
        assertThat(answers.get(2).body()).isEqualTo("{\"n\":2,\"status\":" + status + "}");
    }

    @Test
    void argumentsThatAreTooLongForOneRequestGoInSeveral() throws Exception {
        try (Callers callers = new Callers(2)) {
            List<Future<HttpResponse<String>>> two =
                    callers.start(n -> gateway.post("b.bytes", "{\"pad\":\"" + "x".repeat(300_000 + n) + "\"}"));
            await().atMost(PATIENCE).until(() -> asked.size() == 1);
            // One that is too long by itself waits for nobody.
            assertThat(gateway.post("b.bytes", "{\"pad\":\"" + "x".repeat(600_000) + "\"}")
                            .body())
                    .isEqualTo("600000");
            assertThat(two.get(0).get().body()).isEqualTo("300000");
            assertThat(two.get(1).get().body()).isEqualTo("300001");
        }
        assertThat(asked).hasSize(3).allMatch(JsonNode::isObject);
    }

    @Test
    void anAnswerThatIsTooLongIsAskedForCallByCallWhereThatIsSafe() {
        List<HttpResponse<String>> answers = together(3, "b.longagain");
        for (int n = 0; n < 3; n++) {
            assertThat(TestGateway.tree(answers.get(n).body()).path("n").asInt(-1))
                    .isEqualTo(n);
        }
        assertThat(asked).hasSize(1 + 3);

        asked.clear();
        together(3, "b.long").forEach(answer -> assertThat(Refusals.overRest(answer, 502, "upstream_protocol_error")
                        .path("detail")
                        .asText())
                .contains("larger than"));
        assertThat(asked).hasSize(1);
    }

    @Test
    void aRequestCountsOnceForTheCircuit() {
        for (int i = 0; i < 4; i++) {
            together(5, "b.circuit").forEach(answer -> Refusals.overRest(answer, 502, "upstream_error"));
        }
        assertThat(asked).hasSize(4);

        Refusals.overRest(gateway.post("b.circuit", json(1)), 503, "circuit_open");
        assertThat(asked).hasSize(4);
    }

    @Test
    void aRequestThatIsLateIsLateOnceForItsReplica() {
        held = new CountDownLatch(1);
        // Three at each; one that was late three times in a row would be left alone.
        together(6, "b.late").forEach(answer -> Refusals.overRest(answer, 504, "timeout"));

        assertThat(count("serai_replicas_resting")).isZero();
        assertThat(asked).isNotEmpty();
        held.countDown();
    }

    @Test
    void onlyWhatIsIdempotentIsTriedAgain() {
        together(2, "b.once").forEach(answer -> Refusals.overRest(answer, 502, "upstream_error"));
        assertThat(asked).hasSize(1);

        asked.clear();
        assertThat(together(2, "b.again")).allMatch(answer -> answer.statusCode() == 200);
        assertThat(asked).hasSize(2).allMatch(request -> request.isArray() && request.size() == 2);
    }

    @Test
    void explainTellsWindowAndSize() {
        JsonNode document = gateway.gateway().explain("b.two", null).document();
        assertThat(document.path("route").asText()).endsWith("graphql-call-many");
        JsonNode policies = document.path("policies");
        assertThat(policies.path("batch_size").asText()).isEqualTo("2");
        assertThat(policies.path("batch_window").asText()).isEqualTo("5s");
    }

    private double cancelled() {
        return Scraped.of(gateway).sum("serai_invocations_total", "status=\"cancelled\"");
    }

    private String url() {
        return gateway.gateway().url();
    }
}
