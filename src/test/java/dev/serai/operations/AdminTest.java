package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AdminTest {
    private static final String TOKEN = "token-of-the-test";

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();

    @BeforeEach
    void startServer() {
        server.start();
        server.dials().requireBearer(TOKEN);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private TestGateway gateway(String session) {
        return TestGateway.in(folder)
                .environment("TEST_TOKEN", TOKEN)
                .setting("serai.reload", "false")
                .capabilities("sample.yaml", declarations(session))
                .start();
    }

    private String declarations(String session) {
        return """
                capabilities:
                  - id: sample.counter
                    metadata:
                      mcp:
                        server_url: %s
                        requires_session: true
                        tool_name: counter
                        auth_env_var: TEST_TOKEN
                      session: { %s }
                    input_schema: { type: object }
                """.formatted(server.uri(), session);
    }

    private static HttpResponse<String> send(TestGateway gateway, String method, String path, String body) {
        HttpRequest.BodyPublisher publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.gateway().url() + path))
                .header("Content-Type", "application/json")
                .method(method, publisher)
                .build());
    }

    private static JsonNode ask(TestGateway gateway, String method, String path) {
        return TestGateway.tree(send(gateway, method, path, "").body());
    }

    /** The hash of the session that the call went through. */
    private static String call(TestGateway gateway) {
        var outcome = gateway.call("sample.counter", "{}");
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return String.valueOf(outcome.headers().get("CapabilitySession"));
    }

    @Test
    void aSessionIsListedAndShownWithoutASecret() {
        try (TestGateway gateway = gateway("idle: 15m")) {
            String hash = call(gateway);
            call(gateway);
            JsonNode list = ask(gateway, "GET", "/admin/sessions");
            HttpResponse<String> shown = send(gateway, "GET", "/admin/sessions/" + hash, "");
            JsonNode session = TestGateway.tree(shown.body());

            assertThat(shown.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(list.get("sessions")).hasSize(1);
            assertThat(list.get("sessions").get(0).get("hash").asText()).isEqualTo(hash);
            assertThat(list.get("servers").get(0).get("sessions").intValue()).isEqualTo(1);
            assertThat(session.get("provider").asText()).isEqualTo("mcp");
            assertThat(session.get("uses").intValue()).isEqualTo(2);
            assertThat(session.get("openedFor").asText()).isEqualTo("cold");
            assertThat(session.get("scope").asText()).isEqualTo("shared");
            assertThat(session.get("state").asText()).isEqualTo("open");
            String all = list + shown.body();
            assertThat(all).doesNotContain(TOKEN);
            assertThat(server.requests()).isNotEmpty().allSatisfy(request -> request.headers()
                    .forEach((name, value) -> {
                        if (name.equalsIgnoreCase("Mcp-Session-Id") || name.equalsIgnoreCase("Authorization")) {
                            assertThat(all).doesNotContain(value);
                        }
                    }));
        }
    }

    @Test
    void filtersAndPagesBoundTheList() {
        try (TestGateway gateway = gateway("scope: conversation")) {
            for (int i = 0; i < 5; i++) {
                assertThat(gateway.callIn("c" + i, "sample.counter", "{}").completed())
                        .isTrue();
            }
            JsonNode first = ask(gateway, "GET", "/admin/sessions?limit=3&provider=mcp&server=127.0.0.1");
            JsonNode second = ask(
                    gateway,
                    "GET",
                    "/admin/sessions?limit=3&after=" + first.get("next").asText());

            assertThat(first.get("sessions")).hasSize(3);
            assertThat(second.get("sessions")).hasSize(2);
            assertThat(second.has("next")).isFalse();
            assertThat(first.get("sessions").get(0).get("principal").asText()).hasSize(12);
            assertThat(ask(gateway, "GET", "/admin/sessions?provider=other").get("sessions"))
                    .isEmpty();
            assertThat(send(gateway, "GET", "/admin/sessions?limit=0", "").statusCode())
                    .isEqualTo(400);
            assertThat(send(gateway, "GET", "/admin/sessions?limit=1001", "").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void aRenewedSessionIsReplacedAndSaysWhy() {
        try (TestGateway gateway = gateway("idle: 15m")) {
            String old = call(gateway);
            JsonNode renewed = ask(gateway, "POST", "/admin/sessions/" + old + "/renew");

            assertThat(renewed.get("replaced").asText()).isEqualTo(old);
            assertThat(call(gateway)).isEqualTo(renewed.get("hash").asText()).isNotEqualTo(old);
            await().untilAsserted(() -> assertThat(ask(gateway, "GET", "/admin/sessions/" + old)
                            .path("closedFor")
                            .asText())
                    .isEqualTo("replaced"));
            assertThat(ask(
                                    gateway,
                                    "GET",
                                    "/admin/sessions/" + renewed.get("hash").asText())
                            .get("openedFor")
                            .asText())
                    .isEqualTo("requested");
            assertThat(server.counters().initialize()).isEqualTo(2);
            await().until(() -> server.openSessions() == 1);
        }
    }

    @Test
    void aClosedSessionIsEndedAtItsServerAndListedAmongTheClosed() {
        try (TestGateway gateway = gateway("idle: 15m")) {
            String hash = call(gateway);
            assertThat(ask(gateway, "DELETE", "/admin/sessions/" + hash)
                            .get("closed")
                            .booleanValue())
                    .isTrue();

            await().until(() -> server.openSessions() == 0);
            JsonNode closed = ask(gateway, "GET", "/admin/sessions?closed=true").get("sessions");
            assertThat(closed).hasSize(1);
            assertThat(closed.get(0).get("closedFor").asText()).isEqualTo("requested");
            HttpResponse<String> again = send(gateway, "DELETE", "/admin/sessions/" + hash, "");
            assertThat(again.statusCode()).isEqualTo(404);
            assertThat(again.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(call(gateway)).isNotEqualTo(hash);
        }
    }

    @Test
    void aSessionIsOpenedOnRequestAndServesTheFirstCall() {
        try (TestGateway gateway = gateway("idle: 15m")) {
            HttpResponse<String> opened =
                    send(gateway, "POST", "/admin/sessions", "{\"capability\":\"sample.counter\"}");

            assertThat(opened.statusCode()).as(opened.body()).isEqualTo(201);
            assertThat(call(gateway))
                    .isEqualTo(TestGateway.tree(opened.body()).get("hash").asText());
            assertThat(server.counters().initialize()).isEqualTo(1);
            HttpResponse<String> full = send(gateway, "POST", "/admin/sessions", "{\"capability\":\"sample.counter\"}");
            assertThat(TestGateway.tree(full.body()).get("opened").booleanValue())
                    .isFalse();
            assertThat(send(gateway, "POST", "/admin/sessions", "{\"capability\":\"none\"}")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(send(gateway, "POST", "/admin/sessions", "nonsense").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void aFailedOpeningIsAProblemDocumentAndTheServerIsListedAsFailing() {
        try (TestGateway gateway = gateway("idle: 15m")) {
            server.dials().initializeStatus(500);
            HttpResponse<String> refused =
                    send(gateway, "POST", "/admin/sessions", "{\"capability\":\"sample.counter\"}");

            assertThat(refused.statusCode()).isEqualTo(502);
            assertThat(TestGateway.tree(refused.body()).get("code").asText()).isEqualTo("upstream_error");
            JsonNode state =
                    ask(gateway, "GET", "/admin/sessions").get("servers").get(0);
            assertThat(state.get("lastError").asText()).isEqualTo("upstream_error");
            assertThat(state.get("failingForMs").longValue()).isNotNegative();
        }
    }

    @Test
    void warmSessionsAreOpenBeforeTheFirstCall() {
        try (TestGateway gateway = gateway("warm: 3, pool_size: 3")) {
            await().untilAsserted(() -> assertThat(
                            ask(gateway, "GET", "/admin/sessions").get("sessions"))
                    .hasSize(3));
            call(gateway);

            assertThat(server.counters().initialize()).isEqualTo(3);
            assertThat(ask(gateway, "GET", "/admin/sessions").get("sessions"))
                    .hasSize(3)
                    .allMatch(session -> session.get("openedFor").asText().equals("warm"));
        }
    }

    @Test
    void aReloadSaysWhatChangedAndWarmsWhatIsNew() throws IOException {
        try (TestGateway gateway = gateway("idle: 15m")) {
            Files.writeString(
                    gateway.capabilities().resolve("more.yaml"),
                    declarations("warm: true, idle: 1h").replace("sample.counter", "sample.more"));
            JsonNode reloaded = ask(gateway, "POST", "/admin/reload");

            assertThat(reloaded.get("added")).extracting(JsonNode::asText).containsExactly("sample.more");
            assertThat(reloaded.get("changed")).isEmpty();
            assertThat(reloaded.get("capabilities").intValue()).isEqualTo(2);
            await().until(() -> server.openSessions() == 1);
            Files.delete(gateway.capabilities().resolve("more.yaml"));
            assertThat(ask(gateway, "POST", "/admin/reload").get("removed"))
                    .extracting(JsonNode::asText)
                    .containsExactly("sample.more");
        }
    }

    @Test
    void aReloadNamesWhatIsWrongByFileAndLine() throws IOException {
        try (TestGateway gateway = gateway("idle: 15m")) {
            Files.writeString(gateway.capabilities().resolve("sample.yaml"), declarations("idle: never"));
            Files.writeString(gateway.routes().resolve("own.camel.yaml"), "- route:\n    id: own\n    frm: {}\n");
            JsonNode problems = ask(gateway, "POST", "/admin/reload").get("problems");

            assertThat(problems).hasSizeGreaterThanOrEqualTo(2);
            assertThat(problems.toString())
                    .contains("sample.yaml:", "session_idle")
                    .containsPattern("own\\.camel\\.yaml:\\d+");
            call(gateway);
            Files.delete(gateway.routes().resolve("own.camel.yaml"));
            Files.writeString(gateway.capabilities().resolve("sample.yaml"), declarations("idle: 1h"));
            JsonNode mended = ask(gateway, "POST", "/admin/reload");
            assertThat(mended.get("problems")).isEmpty();
            assertThat(mended.get("changed")).extracting(JsonNode::asText).containsExactly("sample.counter");
        }
    }

    @Test
    void anUnusedSessionThatItsServerForgotIsDroppedBeforeACallMeetsIt() {
        try (TestGateway gateway = gateway("keep_alive: 50ms")) {
            String hash = call(gateway);
            server.expireAllSessions();

            await().until(() -> ask(gateway, "GET", "/admin/sessions/" + hash)
                    .path("closedFor")
                    .asText()
                    .equals("lost"));
            var outcome = gateway.call("sample.counter", "{}");
            assertThat(outcome.headers()).containsEntry("CapabilityAttempts", "1");
        }
    }

    @Test
    void aSessionInUseIsReplacedBeforeItsAgeEnds() {
        try (TestGateway gateway = gateway("max_age: 10s, refresh_ahead: 8s")) {
            String first = call(gateway);
            await().until(() -> !call(gateway).equals(first));

            await().untilAsserted(() -> assertThat(ask(gateway, "GET", "/admin/sessions/" + first)
                            .path("closedFor")
                            .asText())
                    .isEqualTo("replaced"));
            assertThat(ask(gateway, "GET", "/admin/sessions")
                            .get("sessions")
                            .get(0)
                            .get("openedFor")
                            .asText())
                    .isEqualTo("refresh");
        }
    }
}
