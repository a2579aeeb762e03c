package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.serai.cli.CommandLine;
import dev.serai.gateway.TestGateway;
import dev.serai.oauth.AuthorizationServerFake;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A description that is imported, and its operations called: each proves itself to the server as the description says. */
@Timeout(120)
class ImportedApiTest {
    private static final String DESCRIPTION = """
            openapi: 3.1.0
            info: { title: Vault, version: "1" }
            servers: [ { url: "%s" } ]
            components:
              securitySchemes:
                key: { type: apiKey, in: header, name: X-Vault-Key }
                inQuery: { type: apiKey, in: query, name: key }
                basic: { type: http, scheme: basic }
                bearer: { type: http, scheme: bearer }
                client: { type: oauth2, flows: { clientCredentials: { tokenUrl: "%s", scopes: { read: r } } } }
            paths:
              /key: { get: { operationId: byKey, security: [ { key: [] } ], responses: { "200": { description: ok } } } }
              /query: { get: { operationId: byQuery, security: [ { inQuery: [] } ], responses: { "200": { description: ok } } } }
              /basic: { get: { operationId: byLogin, security: [ { basic: [] } ], responses: { "200": { description: ok } } } }
              /bearer: { get: { operationId: byToken, security: [ { bearer: [] } ], responses: { "200": { description: ok } } } }
              /client: { get: { operationId: byClient, security: [ { client: [ read ] } ], responses: { "200": { description: ok } } } }
            """;

    @TempDir
    Path home;

    private final AuthorizationServerFake login = new AuthorizationServerFake();
    private final StubServer server = new StubServer(this::answer);
    private volatile int goodToken = 1;

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String given = path.equals("/query")
                ? exchange.getRequestURI().getQuery()
                : exchange.getRequestHeaders().getFirst(path.equals("/key") ? "X-Vault-Key" : "Authorization");
        Map<String, String> wanted = Map.of(
                "/key", "k3y",
                "/query", "key=k3y",
                "/basic", "Basic " + Base64.getEncoder().encodeToString("ann:pa55".getBytes(StandardCharsets.UTF_8)),
                "/bearer", "Bearer t0ken",
                "/client", "Bearer " + AuthorizationServerFake.token(goodToken));
        boolean good = wanted.getOrDefault(path, "").equals(given);
        StubServer.answer(exchange, good ? 200 : 401, good ? "{\"path\":\"" + path + "\"}" : "{}");
    }

    @BeforeEach
    void importIt() throws IOException {
        Files.createDirectories(home.resolve("capabilities"));
        Path description =
                Files.writeString(home.resolve("vault.yaml"), DESCRIPTION.formatted(server.uri(), login.tokenUrl()));
        CommandLine run = CommandLine.runIn(home, "import", "openapi", description.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @AfterEach
    void stop() {
        server.close();
        login.close();
    }

    private TestGateway gateway() {
        return TestGateway.in(home.resolve("gateway"))
                .capabilities(home.resolve("capabilities"))
                .environment("VAULT_API_KEY", "k3y")
                .environment("VAULT_LOGIN", "ann:pa55")
                .environment("VAULT_TOKEN", "t0ken")
                .environment("VAULT_CLIENT_ID", AuthorizationServerFake.CLIENT)
                .environment("VAULT_CLIENT_SECRET", AuthorizationServerFake.SECRET)
                .start();
    }

    @Test
    void eachOperationProvesItselfAsItsSecuritySchemeSays() {
        try (TestGateway gateway = gateway()) {
            for (Map.Entry<String, String> operation : Map.of(
                            "byKey",
                            "/key",
                            "byQuery",
                            "/query",
                            "byLogin",
                            "/basic",
                            "byToken",
                            "/bearer",
                            "byClient",
                            "/client")
                    .entrySet()) {
                HttpResponse<String> answer = gateway.post("openapi.vault." + operation.getKey(), "{}");
                assertThat(answer.statusCode()).as(operation + answer.body()).isEqualTo(200);
                assertThat(answer.body()).contains(operation.getValue());
            }
        }
    }

    @Test
    void theTokenOfAClientIsFetchedOnceForItsScopeAndAgainWhenItIsRefused() {
        try (TestGateway gateway = gateway();
                Callers callers = new Callers(20)) {
            assertThat(callers.callAll(n -> gateway.post("openapi.vault.byClient", "{}")))
                    .allMatch(answer -> answer.statusCode() == 200);
            assertThat(login.asked("grant_type")).isEqualTo(List.of("client_credentials"));
            assertThat(login.asked("scope")).isEqualTo(List.of("read"));

            goodToken = 2;
            assertThat(callers.callAll(n -> gateway.post("openapi.vault.byClient", "{}")))
                    .allMatch(answer -> answer.statusCode() == 200);
            assertThat(login.tokenRequests()).hasSize(2);
        }
    }
}
