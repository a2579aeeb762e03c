package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.serai.gateway.TestGateway;
import dev.serai.oauth.AuthorizationServerFake;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that says itself where tokens for it come from. */
@Timeout(120)
class TokenDiscoveryTest {
    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";
    private static final String DECLARATION = """
            capabilities:
              - id: own.call
                metadata:
                  own:
                    server_url: "%s/api/v1"
                    oauth_client_id: gateway
                    oauth_client_secret_env: CLIENT_SECRET
            """;
    private static final String ROUTE = """
            - route:
                id: own-call
                from:
                  uri: direct:own-call
                  steps:
                    - to: direct:call-upstream
            """;

    @TempDir
    static Path folder;

    private final AuthorizationServerFake issuer = new AuthorizationServerFake();
    private final Map<String, String> documents = new ConcurrentHashMap<>();
    private final StubServer server = new StubServer(this::answer);
    private volatile String challenge = "Bearer";
    private volatile int good = 1;

    @AfterEach
    void stop() {
        server.close();
        issuer.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String document = documents.get(exchange.getRequestURI().getPath());
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (exchange.getRequestMethod().equals("GET")) {
            StubServer.answer(exchange, document == null ? 404 : 200, document == null ? "{}" : document);
        } else if (("Bearer " + AuthorizationServerFake.token(good)).equals(authorization)) {
            StubServer.answer(exchange, 200, "{\"fine\":true}");
        } else {
            exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
            StubServer.answer(exchange, 401, "{}");
        }
    }

    private void publish(String path, String resource, String authorizationServer) {
        documents.put(
                path,
                "{\"resource\":\"" + resource + "\",\"authorization_servers\":[\"" + authorizationServer
                        + "\"],\"scopes_supported\":[\"all\"]}");
    }

    private TestGateway gateway() {
        return TestGateway.in(folder.resolve(UUID.randomUUID().toString()))
                .environment("CLIENT_SECRET", AuthorizationServerFake.SECRET)
                .capabilities("own.yaml", DECLARATION.formatted(server.uri()))
                .routes("own.camel.yaml", ROUTE)
                .start();
    }

    private static void works(TestGateway gateway) {
        HttpResponse<String> answer = gateway.post("own.call", "{}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String refused(TestGateway gateway) {
        HttpResponse<String> answer = gateway.post("own.call", "{}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
        return answer.body();
    }

    @Test
    void aChallengeSaysWhereTheMetadataAreAndWhichScopeIsWanted() {
        challenge = "Basic realm=\"a, b\", Bearer scope=\"read list\", resource_metadata=\"" + server.uri() + "/meta\"";
        publish("/meta", server.uri() + "/api", issuer.issuer());
        try (TestGateway gateway = gateway()) {
            works(gateway);
            works(gateway);
            assertThat(issuer.asked("resource")).containsExactly(server.uri() + "/api");
            assertThat(issuer.asked("scope")).containsExactly("read list");
        }
    }

    @Test
    void withoutAWordTheyAreWhereRfc9728Says() {
        publish(WELL_KNOWN + "/api/v1", server.uri() + "/api/v1", issuer.issuer());
        try (TestGateway gateway = gateway()) {
            works(gateway);
            assertThat(issuer.asked("scope")).containsExactly("all");
            assertThat(server.seen("GET")).isEqualTo(1);
        }
    }

    @Test
    void theRootIsAskedNext() {
        publish(WELL_KNOWN, server.uri().toString(), issuer.issuer());
        try (TestGateway gateway = gateway()) {
            works(gateway);
            assertThat(server.seen("GET")).isEqualTo(2);
        }
    }

    @Test
    void itsFirstTokenCostsNoSessionOfServersThatAskForNone() {
        publish(WELL_KNOWN, server.uri().toString(), issuer.issuer());
        try (SampleMcpServer open = new SampleMcpServer()) {
            open.start();
            try (TestGateway gateway = TestGateway.in(
                            folder.resolve(UUID.randomUUID().toString()))
                    .environment("CLIENT_SECRET", AuthorizationServerFake.SECRET)
                    .capabilities("own.yaml", DECLARATION.formatted(server.uri()))
                    .capabilities("open.yaml", Sample.declarations(open, "", "echo"))
                    .routes("own.camel.yaml", ROUTE)
                    .start()) {
                assertThat(gateway.call("sample.echo", "{\"message\":\"hi\"}").completed())
                        .isTrue();
                works(gateway);
                assertThat(gateway.call("sample.echo", "{\"message\":\"hi\"}").completed())
                        .isTrue();
                assertThat(open.counters().initialize()).isEqualTo(1);
            }
        }
    }

    @Test
    void metadataOfAnotherResourceAreRefused() {
        publish(WELL_KNOWN + "/api/v1", server.uri() + "/other", issuer.issuer());
        try (TestGateway gateway = gateway()) {
            assertThat(refused(gateway)).contains("another resource");
            assertThat(issuer.paths()).isEmpty();
        }
    }

    @Test
    void aServerCannotSendTheGatewayToAnotherOriginForItsMetadata() {
        challenge = "Bearer resource_metadata=\"" + issuer.origin() + "/meta\"";
        try (TestGateway gateway = gateway()) {
            assertThat(refused(gateway)).contains("another origin");
            assertThat(issuer.paths()).isEmpty();
        }
    }

    @Test
    void aServerCannotChangeItsAuthorizationServer() {
        publish(WELL_KNOWN + "/api/v1", server.uri() + "/api/v1", issuer.issuer());
        try (AuthorizationServerFake thief = new AuthorizationServerFake();
                TestGateway gateway = gateway()) {
            works(gateway);
            publish("/meta", server.uri() + "/api/v1", thief.issuer());
            challenge = "Bearer resource_metadata=\"" + server.uri() + "/meta\"";
            good = 2;
            assertThat(refused(gateway)).contains("oauth_issuer");
            assertThat(thief.paths()).isEmpty();
        }
    }

    @Test
    void anAuthorizationServerWithoutEncryptionIsRefused() {
        publish(WELL_KNOWN + "/api/v1", server.uri() + "/api/v1", "http://issuer.example");
        try (TestGateway gateway = gateway()) {
            assertThat(refused(gateway)).contains("https");
        }
    }

    @Test
    void aServerThatNamesNobodySaysSo() {
        try (TestGateway gateway = gateway()) {
            assertThat(refused(gateway)).contains("publishes no metadata");
        }
    }
}
