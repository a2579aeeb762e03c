package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Queries, mutations, partial errors and sessions at graphql-yoga. */
@Tag("integration")
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class GraphqlYogaTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                graphql: { endpoint: "%s" }
            capabilities:
              - { id: y.hello, metadata: { graphql: { query: "query ($name: String!) { hello(name: $name) }" } } }
              - { id: y.persisted, metadata: { graphql: { query: "query ($name: String!) { hello(name: $name) }", persisted: true } } }
              - id: y.by_hash
                metadata: { graphql: { persisted_hash: 5a8ffeba9ea50f5bba1a8fdee4bbde7ab4b0d1fa1e8c0e7a1d3ac5f3e2d5b7aa } }
              - { id: y.add, metadata: { graphql: { query: "mutation ($item: ItemInput!) { add(item: $item) { name } }" } } }
              - { id: y.list, metadata: { graphql: { query: "{ list { name price } }" } } }
              - { id: y.accepted, metadata: { graphql: { query: "{ list { name price } }", partial: accept } } }
              - { id: y.wrong, metadata: { graphql: { query: "{ nothing }" } } }
              - { id: y.logins, metadata: { graphql: { query: "{ logins }" } } }
              - { id: y.forget, metadata: { graphql: { query: "mutation { forget }" } } }
              - id: y.me
                metadata:
                  graphql:
                    query: "{ me }"
                    requires_session: true
                    auth_env_var: YOGA_LOGIN
                    auth_scheme: basic
                    login_query: "mutation ($name: String!, $password: String!) { login(name: $name, password: $password) { token expires } }"
                    login_fields: name, password
                    login_token: /data/login/token
                    login_expires: /data/login/expires
                    logout_query: "mutation { logout }"
            """;

    private NpmServer server;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Peers.copyScripts();
        server = Peers.server("graphql-server.mjs");
        gateway = TestGateway.in(folder)
                .capabilities("yoga.yaml", DECLARATIONS.formatted(server.uri("/graphql")))
                .environment("YOGA_LOGIN", "ada:secret")
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    private String post(String id, String arguments) {
        return gateway.post(id, arguments).body();
    }

    @Test
    void queriesAndMutationsTakeTheirVariablesFromTheArguments() {
        assertThat(post("y.hello", "{\"name\":\"Ada\"}")).isEqualTo("{\"hello\":\"Hello Ada\"}");
        assertThat(post("y.add", "{\"item\":{\"name\":\"lamp\",\"price\":3}}"))
                .isEqualTo("{\"add\":{\"name\":\"lamp\"}}");
    }

    @Test
    void aPersistedQueryIsTakenWithAndWithoutItsText() {
        for (int i = 0; i < 3; i++) {
            assertThat(post("y.persisted", "{\"name\":\"n" + i + "\"}")).isEqualTo("{\"hello\":\"Hello n" + i + "\"}");
        }
        assertThat(post("y.by_hash", "{}")).contains("tool_error").contains("PersistedQueryNotFound");
    }

    @Test
    void errorsAreKeptWhole() {
        JsonNode problem = TestGateway.tree(post("y.list", "{}"));
        assertThat(problem.path("code").asText()).isEqualTo("tool_error");
        assertThat(problem.at("/result/data/list/0/price").asInt()).isEqualTo(1);
        assertThat(problem.at("/result/errors/0/path").toString()).isEqualTo("[\"list\",1,\"price\"]");
        assertThat(TestGateway.tree(post("y.accepted", "{}"))
                        .at("/errors/0/message")
                        .asText())
                .isEqualTo("no price");
        assertThat(TestGateway.tree(post("y.wrong", "{}")).path("detail").asText())
                .contains("Cannot query field \"nothing\"");
        assertThat(TestGateway.tree(post("y.hello", "{}")).path("code").asText())
                .isEqualTo("tool_error");
    }

    @Test
    void aSessionIsOpenedOnceAndAgainWhenTheServerForgetsIt() {
        String first = post("y.me", "{}");
        assertThat(first).startsWith("{\"me\":\"t-");
        assertThat(IntStream.range(0, 20).parallel().mapToObj(i -> post("y.me", "{}")))
                .containsOnly(first);
        String logins = post("y.logins", "{}");

        post("y.forget", "{}");

        assertThat(post("y.me", "{}")).startsWith("{\"me\":\"t-").isNotEqualTo(first);
        assertThat(post("y.logins", "{}")).isNotEqualTo(logins);
    }
}
