package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import dev.serai.capability.Problem;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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

/** {@code policy_batch_…} with the bulk operation of an HTTP API. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class RestBatchTest {
    private static final String DECLARATIONS = """
            defaults: { metadata: { policy: { batch: { size: 5, window: 10s } } } }
            capabilities:
              - id: r.placed
                metadata:
                  policy: { batch: { size: 50, window: 10s } }
                  rest: { server_url: "%1$s", method: POST, path: /one, bulk_path: /placed, bulk_items: /in/items, bulk_results: /out/results, bulk_error: /error }
              - { id: r.array, metadata: { rest: { server_url: "%1$s", method: POST, path: /one, bulk_path: /array, bulk_method: PUT } } }
              - { id: r.single, metadata: { rest: { server_url: "%1$s", method: POST, path: /one } } }
              - { id: r.refused, metadata: { rest: { server_url: "%1$s", method: POST, path: /one, bulk_path: /refused } } }
              - { id: r.lost, metadata: { openapi: { server_url: "%1$s", method: POST, path: /one, bulk_path: /array, bulk_results: /nowhere } } }
            """;
    private static final String WRONG = """
            capabilities:
              - { id: w.a, metadata: { rest: { server_url: "http://127.0.0.1", bulk_items: /a } } }
              - { id: w.b, metadata: { rest: { server_url: "http://127.0.0.1", bulk_path: "/a/{b}" } } }
              - { id: w.c, metadata: { rest: { server_url: "http://127.0.0.1", bulk_path: /a, bulk_method: GET } } }
              - { id: w.d, metadata: { rest: { server_url: "http://127.0.0.1", bulk_path: /a, bulk_results: a } } }
              - { id: w.e, metadata: { rest: { server_url: "http://127.0.0.1", bulk_path: /a, result: whole } } }
            """;

    private final StubServer server = new StubServer(RestBatchTest::answer);
    private TestGateway gateway;

    private static void answer(HttpExchange exchange) throws IOException {
        JsonNode request =
                TestGateway.tree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        switch (exchange.getRequestURI().getPath()) {
            case "/placed" ->
                StubServer.answer(exchange, 207, "{\"out\":{\"results\":" + results(request.at("/in/items")) + "}}");
            case "/refused" ->
                StubServer.answer(exchange, request.at("/0/status").asInt(), "{\"error\":\"not all of these\"}");
            case "/array" -> StubServer.answer(exchange, 200, results(request).toString());
            default ->
                StubServer.answer(
                        exchange,
                        request.has("status") && request.path("n").asInt() == 3 ? 422 : 200,
                        request.toString());
        }
    }

    private static ArrayNode results(JsonNode items) {
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> results.add(
                item.path("n").asInt() == 3 ? TestGateway.tree("{\"error\":{\"message\":\"no three\"}}") : item));
        return results;
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        gateway = TestGateway.in(folder)
                .capabilities("r.yaml", DECLARATIONS.formatted(server.uri()))
                .capabilities("wrong.yaml", WRONG)
                .start();
    }

    @BeforeEach
    void forget() {
        server.seen().clear();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    private List<HttpResponse<String>> five(String id) {
        return together(5, id);
    }

    private List<HttpResponse<String>> together(int calls, String id) {
        try (Callers callers = new Callers(calls)) {
            return callers.callAll(n -> gateway.post(id, json(n)));
        }
    }

    private static String json(int n) {
        return "{\"n\":" + n + "}";
    }

    @Test
    void fiftyCallsAreItemsOfOneRequestAndABadOneFailsAlone() {
        List<HttpResponse<String>> answers = together(50, "r.placed");

        assertThat(server.seen()).singleElement().matches(line -> line.startsWith("POST /placed "));
        for (int n = 0; n < 50; n++) {
            if (n == 3) {
                JsonNode problem = Refusals.overRest(answers.get(n), 422, "tool_error");
                assertThat(problem.path("detail").asText()).isEqualTo("no three");
                assertThat(problem.at("/result/error/message").asText()).isEqualTo("no three");
            } else {
                assertThat(answers.get(n).body()).isEqualTo(json(n));
            }
        }
    }

    @Test
    void withoutPointersBodyAndAnswerAreTheArrays() {
        List<HttpResponse<String>> answers = five("r.array");

        assertThat(server.seen()).singleElement().matches(line -> line.startsWith("PUT /array "));
        assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
        assertThat(answers.get(3).body()).contains("no three");
        assertThat(answers.get(4).body()).isEqualTo(json(4));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void aBulkRequestThatIsRefusedForWhatIsInItIsSentAgainCallByCall(int status) {
        List<HttpResponse<String>> answers;
        try (Callers callers = new Callers(5)) {
            answers = callers.callAll(n -> gateway.post("r.refused", "{\"n\":" + n + ",\"status\":" + status + "}"));
        }

        assertThat(server.seen()).hasSize(1 + 5);
        assertThat(server.seen("POST /refused ")).isEqualTo(1);
        assertThat(server.seen("POST /one ")).isEqualTo(5);
        for (int n = 0; n < 5; n++) {
            if (n == 3) {
                JsonNode problem = Refusals.overRest(answers.get(n), 502, "upstream_error");
                assertThat(problem.path("detail").asText()).contains("422");
                assertThat(problem.at("/result/n").asInt()).isEqualTo(3);
            } else {
                assertThat(answers.get(n).body()).isEqualTo("{\"n\":" + n + ",\"status\":" + status + "}");
            }
        }
    }

    @Test
    void withoutABulkOperationEachCallGoesForItself() {
        List<HttpResponse<String>> answers = five("r.single");

        assertThat(server.seen()).hasSize(5).allMatch(line -> line.startsWith("POST /one "));
        for (int n = 0; n < 5; n++) {
            assertThat(answers.get(n).body()).isEqualTo(json(n));
        }
    }

    @Test
    void resultsThatAreNotWhereTheyShouldBeFailEach() {
        five("r.lost").forEach(answer -> assertThat(Refusals.overRest(answer, 502, "upstream_protocol_error")
                        .path("detail")
                        .asText())
                .contains("no array of results at \"/nowhere\""));
        assertThat(server.seen()).hasSize(1);
    }

    @Test
    void aDeclarationThatCannotWorkIsAnErrorWithItsKey() {
        List<String> messages = gateway.gateway().capabilities().current().problems().stream()
                .map(Problem::message)
                .toList();
        assertThat(messages)
                .anyMatch(message -> message.contains("rest_bulk_items: is of no use without bulk_path"))
                .anyMatch(message -> message.contains("rest_bulk_path") && message.contains("/pets/bulk"))
                .anyMatch(message -> message.contains("rest_bulk_method") && message.contains("POST, PUT or PATCH"))
                .anyMatch(message -> message.contains("rest_bulk_results") && message.contains("RFC 6901"))
                .anyMatch(message -> message.contains("rest_result") && message.contains("expected body"));
    }
}
