package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.serai.capability.Problem;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Queries at a server that answers by what they ask; a real one is asked in the tests of the group integration. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class GraphqlProviderTest {
    private static final String DECLARATIONS = """
            defaults: { metadata: { graphql: { endpoint: "%s/graphql" } } }
            capabilities:
              - { id: g.hello, metadata: { graphql: { query: "query hello($name: String!) { hello(name: $name) }" } } }
              - { id: g.whole, metadata: { graphql: { query: "{ hello }", result: whole } } }
              - { id: g.boom, metadata: { graphql: { query: "{ boom }" } } }
              - { id: g.bad, metadata: { graphql: { query: "{ bad }" } } }
              - { id: g.partial, metadata: { graphql: { query: "{ partial }" } } }
              - { id: g.accepted, metadata: { graphql: { query: "{ partial }", partial: accept } } }
              - { id: g.page, metadata: { graphql: { query: "{ page }" } } }
              - { id: g.down, metadata: { graphql: { query: "{ down }" } } }
              - { id: g.persisted, metadata: { graphql: { query: "{ hello persisted }", persisted: true } } }
              - { id: g.gone, metadata: { graphql: { persisted_hash: "%s" } } }
            """;
    private static final String WRONG = """
            capabilities:
              - { id: w.a, metadata: { graphql: { server_url: "http://127.0.0.1" } } }
              - { id: w.b, metadata: { graphql: { query: "{ a }", persisted_hash: ABC } } }
              - { id: w.c, metadata: { graphql: { query: "{ a }", partial: maybe } } }
              - { id: w.d, metadata: { graphql: { query: "{ a }", endpoint: graphql } } }
              - { id: w.e, metadata: { graphql: { query: "{ a }", requires_session: true } } }
            """;

    private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final StubServer server = new StubServer(this::answer);
    private TestGateway gateway;

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode request =
                TestGateway.tree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        asked.add(request);
        String query = request.path("query").asText("");
        String hash = request.at("/extensions/persistedQuery/sha256Hash").asText("");
        if (query.isEmpty() && !known.contains(hash)) {
            String error = "{\"errors\":[{\"message\":\"PersistedQueryNotFound\"}]}";
            StubServer.answer(exchange, 404, error);
        } else if (query.contains("boom")) {
            StubServer.answer(
                    exchange,
                    200,
                    "{\"data\":{\"boom\":null},\"errors\":[{\"message\":\"boom\",\"path\":[\"boom\"]}]}");
        } else if (query.contains("bad")) {
            StubServer.answer(exchange, 400, "{\"errors\":[{\"message\":\"Syntax Error\"}]}");
        } else if (query.contains("partial")) {
            StubServer.answer(
                    exchange, 200, "{\"data\":{\"partial\":[\"a\",null]},\"errors\":[{\"message\":\"half\"}]}");
        } else if (query.contains("page")) {
            StubServer.answer(exchange, 200, "<html>");
        } else if (query.contains("down")) {
            StubServer.answer(exchange, 503, "{\"error\":\"down\"}");
        } else {
            known.add(hash);
            StubServer.answer(
                    exchange,
                    200,
                    "{\"data\":{\"hello\":" + request.path("variables") + "},\"extensions\":{\"cost\":1}}");
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        gateway = TestGateway.in(folder)
                .capabilities("g.yaml", DECLARATIONS.formatted(server.uri(), "0".repeat(64)))
                .capabilities("wrong.yaml", WRONG)
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    @Test
    void argumentsAreVariablesAndDataIsTheResult() {
        assertThat(gateway.post("g.hello", "{\"name\":\"Ada\"}").body()).isEqualTo("{\"hello\":{\"name\":\"Ada\"}}");
        assertThat(TestGateway.tree(gateway.post("g.whole", "{}").body())
                        .at("/extensions/cost")
                        .asInt())
                .isEqualTo(1);
        assertThat(StatelessMcp.call(gateway, "g.hello", "{\"name\":\"Bo\"}")
                        .at("/structuredContent/hello/name")
                        .asText())
                .isEqualTo("Bo");
    }

    @Test
    void errorsAreAFailureThatKeepsTheWholeAnswer() {
        for (String[] each : new String[][] {{"g.boom", "boom"}, {"g.bad", "Syntax Error"}, {"g.partial", "half"}}) {
            JsonNode problem = Refusals.overRest(gateway.post(each[0], "{}"), 422, "tool_error");
            assertThat(problem.path("detail").asText()).isEqualTo(each[1]);
            assertThat(problem.at("/result/errors/0/message").asText()).isEqualTo(each[1]);
        }
        assertThat(TestGateway.tree(gateway.post("g.accepted", "{}").body()))
                .isEqualTo(
                        TestGateway.tree("{\"data\":{\"partial\":[\"a\",null]},\"errors\":[{\"message\":\"half\"}]}"));
    }

    @Test
    void whatIsNoAnswerIsNoResult() {
        Refusals.overRest(gateway.post("g.page", "{}"), 502, "upstream_protocol_error");
        Refusals.overRest(gateway.post("g.down", "{}"), 502, "upstream_error");
    }

    @Test
    void aPersistedQueryIsSentWithItsTextOnce() {
        int before = asked.size();
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.post("g.persisted", "{\"n\":" + i + "}").body())
                    .isEqualTo("{\"hello\":{\"n\":" + i + "}}");
        }
        List<JsonNode> requests = asked.subList(before, asked.size());
        assertThat(requests).map(request -> request.has("query")).containsExactly(false, true, false, false);
        assertThat(requests)
                .allMatch(request -> request.at("/extensions/persistedQuery/sha256Hash")
                                .asText()
                                .length()
                        == 64);
    }

    @Test
    void aQueryThatNobodyKnowsIsAFailure() {
        JsonNode problem = Refusals.overRest(gateway.post("g.gone", "{}"), 422, "tool_error");

        assertThat(problem.path("detail").asText()).isEqualTo("PersistedQueryNotFound");
    }

    @Test
    void mistakesOfADeclarationShowWhenItIsLoaded() {
        assertThat(gateway.gateway().capabilities().current().problems())
                .map(Problem::message)
                .satisfiesExactly(
                        text -> assertThat(text).startsWith("graphql_query: is missing"),
                        text -> assertThat(text).startsWith("graphql_persisted_hash: expected the SHA-256"),
                        text -> assertThat(text).startsWith("graphql_partial: expected accept or fail, was \"maybe\""),
                        text -> assertThat(text).startsWith("graphql_endpoint: expected a path"),
                        text -> assertThat(text).startsWith("graphql_requires_session: a session needs login_query"));
    }
}
