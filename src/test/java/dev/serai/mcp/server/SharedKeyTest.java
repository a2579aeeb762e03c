package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one gateway seals for a client is good at another that has the same secret, and at no other. */
@Timeout(120)
class SharedKeyTest {
    private static final String SECRET = "a secret of more than thirty-two bytes";
    private static final String CALL = "{\"name\":\"who\",\"arguments\":{}%s}";
    private static final String ANSWER =
            ",\"inputResponses\":{\"%s\":{\"action\":\"accept\",\"content\":{\"name\":\"Ann\"}}}"
                    + ",\"requestState\":\"%s\"";
    private static final String FIXTURE = "test_input_required_result_elicitation";

    @TempDir
    Path folder;

    private final AtomicInteger greeted = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** A server of 2026-07-28 that wants to know a name before it greets. */
    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode message = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
            JsonNode given = message.at("/params/inputResponses/name/content/name");
            String result;
            if (message.path("method").asText().equals("server/discover")) {
                result = "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{}}";
            } else if (given.isMissingNode()) {
                result =
                        "{\"resultType\":\"input_required\",\"inputRequests\":{\"name\":{\"method\":\"elicitation/create\","
                                + "\"params\":{\"mode\":\"form\",\"message\":\"Who?\",\"requestedSchema\":{\"type\":\"object\"}}}}}";
            } else {
                greeted.incrementAndGet();
                result = "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"Hello, "
                        + given.asText() + "\"}]}";
            }
            byte[] answer = ("{\"jsonrpc\":\"2.0\",\"id\":" + message.get("id") + ",\"result\":" + result + "}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private TestGateway gateway(String name, String secret) {
        TestGateway.Builder gateway = RawMcp.gateway(folder.resolve(name))
                .setting("serai.mcp.page-size", "5")
                .capabilities("who.yaml", """
                        capabilities:
                          - id: who
                            metadata: { mcp: { server_url: "http://127.0.0.1:%d/mcp", requires_session: auto } }
                            input_schema: { type: object }
                        """.formatted(server.getAddress().getPort()));
        if (!secret.isEmpty()) {
            gateway.setting("serai.mcp.key-env", "THE_SECRET").environment("THE_SECRET", secret);
        }
        return gateway.start();
    }

    private static JsonNode ask(TestGateway gateway, String params) {
        return RawMcp.answer(new RawMcp(gateway).modern("tools/call", params));
    }

    private static String state(JsonNode answer) {
        assertThat(answer.at("/result/resultType").asText()).as("%s", answer).isEqualTo("input_required");
        return answer.at("/result/requestState").asText();
    }

    private static String answered(String name, String state) {
        return CALL.formatted(ANSWER.formatted(name, state));
    }

    private static void isRefused(JsonNode answer) {
        assertThat(answer.at("/error/code").asInt()).as("%s", answer).isEqualTo(-32602);
    }

    @Test
    void aQuestionOfAServerWithoutSessionsMayBeAnsweredAtAnotherGatewayOnce() {
        try (TestGateway one = gateway("one", SECRET);
                TestGateway two = gateway("two", SECRET);
                TestGateway stranger = gateway("three", "")) {
            String state = state(ask(one, CALL.formatted("")));

            isRefused(ask(stranger, answered("name", state)));
            isRefused(ask(two, answered("name", state.substring(1))));
            isRefused(ask(two, answered("name", state).replace("\"arguments\":{}", "\"arguments\":{\"a\":1}")));
            assertThat(greeted).hasValue(0);
            assertThat(ask(two, answered("name", state)).toString()).contains("Hello, Ann");
            isRefused(ask(two, answered("name", state)));
            assertThat(greeted).hasValue(1);
        }
    }

    @Test
    void aCallThatHasBegunGoesOnNowhereElse() {
        try (TestGateway one = gateway("one", SECRET);
                TestGateway two = gateway("two", SECRET)) {
            String begun = state(ask(one, CALL.formatted("").replace("who", FIXTURE)));
            isRefused(
                    ask(two, answered("user_name", begun).replace("\"name\":\"who\"", "\"name\":\"" + FIXTURE + "\"")));

            String first = state(ask(one, CALL.formatted("")));
            String second = state(ask(one, answered("another", first)));
            isRefused(ask(two, answered("name", second)));
            isRefused(ask(one, answered("name", first)));
            assertThat(ask(one, answered("name", second)).toString()).contains("Hello, Ann");
        }
    }

    @Test
    void aPageFollowsWhicheverGatewayGaveTheOneBefore() {
        try (TestGateway one = gateway("one", SECRET);
                TestGateway two = gateway("two", SECRET)) {
            RawMcp first = new RawMcp(one);
            String cursor = RawMcp.answer(first.modern("tools/list", "{}"))
                    .at("/result/nextCursor")
                    .asText();
            String next = "{\"cursor\":\"" + cursor + "\"}";

            assertThat(RawMcp.answer(new RawMcp(two).modern("tools/list", next)).at("/result/tools"))
                    .isEqualTo(RawMcp.answer(first.modern("tools/list", next)).at("/result/tools"))
                    .hasSize(5);
        }
    }

    @Test
    void aSecretThatIsMissingOrShortEndsTheStart() {
        assertThatThrownBy(() -> gateway("short", "only short"))
                .rootCause()
                .hasMessageContaining(
                        "serai.mcp.key-env: the environment variable THE_SECRET holds a secret that is too short")
                .hasMessageNotContaining("only short");
        assertThatThrownBy(() -> RawMcp.gateway(folder.resolve("none"))
                        .setting("serai.mcp.key-env", "NOT_SET_ANYWHERE")
                        .start())
                .rootCause()
                .hasMessageContaining("NOT_SET_ANYWHERE is not set; expected one of at least 32 bytes");
    }
}
