package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Problem;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of a server that grpc-java makes. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class GrpcProviderTest {
    private static final String DECLARATIONS = """
            defaults: { metadata: { grpc: { server_url: "%1$s", auth_file: "%3$s" } } }
            capabilities:
              - { id: e.say, metadata: { grpc: { method: lab.v1.Echo/Say } } }
              - { id: e.fail, metadata: { grpc: { method: lab.v1.Echo/Fail } } }
              - { id: e.slow, metadata: { grpc: { method: lab.v1.Echo/Slow } } }
              - { id: e.missing, metadata: { grpc: { method: lab.v1.Echo/Missing } } }
              - { id: e.nothing, metadata: { grpc: { method: lab.v1.Echo/Nothing } } }
              - { id: e.nowhere, metadata: { grpc: { method: lab.v1.Other/Say } } }
              - { id: e.gather, metadata: { grpc: { method: lab.v1.Echo/Gather } } }
              - id: e.who
                metadata:
                  grpc: { method: lab.v1.Echo/WhoAmI, metadata: [{ name: x-tenant, value: acme }, { name: x-key-bin, value: AAEC }] }
              - { id: e.count, metadata: { grpc: { method: lab.v1.Echo/Count } } }
              - { id: e.two, metadata: { grpc: { method: lab.v1.Echo/Count, max_messages: 2 } } }
              - { id: e.set, metadata: { grpc: { method: lab.v1.Echo/Say, descriptor_set: "%2$s" } } }
            """;
    private static final String OLDER = """
            capabilities:
              - { id: o.say, metadata: { grpc: { server_url: "%1$s", method: lab.v1.Echo/Say } } }
              - { id: n.say, metadata: { grpc: { server_url: "%2$s", method: lab.v1.Echo/Say } } }
              - { id: q.say, metadata: { grpc: { server_url: "%2$s", method: lab.v1.Echo/Say, requires_session: true, descriptor_set: "%5$s" } } }
              - { id: h.say, metadata: { grpc: { server_url: "%3$s", method: lab.v1.Echo/Say } } }
              - { id: r.say, metadata: { grpc: { server_url: "%1$s", method: lab.v1.Echo/Say, auth_file: "%4$s" } } }
              - { id: r.session, metadata: { grpc: { server_url: "%1$s", method: lab.v1.Echo/Say, requires_session: true, auth_file: "%4$s" } } }
            """;
    private static final String WRONG = """
            capabilities:
              - { id: w.a, metadata: { grpc: { server_url: "http://127.0.0.1" } } }
              - { id: w.b, metadata: { grpc: { server_url: "http://127.0.0.1", method: Say } } }
              - { id: w.c, metadata: { grpc: { server_url: "http://127.0.0.1", method: a.B/C, descriptor_set: /nowhere } } }
              - { id: w.d, metadata: { grpc: { server_url: "http://127.0.0.1", method: a.B/C, descriptor_set: "%1$s" } } }
              - { id: w.e, metadata: { grpc: { server_url: "http://127.0.0.1", method: lab.v1.Echo/Gather, descriptor_set: "%1$s" } } }
              - { id: w.f, metadata: { grpc: { server_url: "http://127.0.0.1", method: a.B/C, descriptor_set: "%2$s" } } }
              - { id: w.g, metadata: { grpc: { server_url: "http://127.0.0.1", method: a.B/C, metadata: [{ name: grpc-x, value: a }] } } }
              - { id: w.h, metadata: { grpc: { server_url: "http://127.0.0.1", method: a.B/C, auth_scheme: query, auth_name: q, auth_env_var: X } } }
            """;
    private static final String ALL =
            "{\"message\":\"hi\",\"n\":\"9007199254740993\",\"tags\":{\"a\":\"b\"},\"kind\":\"B\","
                    + "\"xs\":[1.5,\"NaN\"],\"raw\":\"AAEC\",\"childReq\":{\"message\":\"in\"},\"many\":[{\"n\":\"1\"},{}],"
                    + "\"at\":\"2026-01-02T03:04:05Z\",\"wait\":\"1.500s\",\"free\":{\"a\":[1.0,null,{\"b\":true}]},"
                    + "\"any\":{\"@type\":\"type.googleapis.com/lab.v1.Req\",\"message\":\"any\"},\"mask\":\"a,bC\",\"maybe\":0,"
                    + "\"yes\":true,\"right\":3}";
    private static final int MAX_BODY = 200_000;
    private static final int PATIENCE_SECONDS = 60;

    private final EchoServer server = EchoServer.start();
    private final EchoServer older = EchoServer.withOlderReflection();
    private final EchoServer silent = new EchoServer(builder -> builder);
    private final StubServer http = new StubServer(exchange -> StubServer.answer(exchange, 200, "{}"));
    private Path renewed;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "first-token");
        renewed = Files.writeString(folder.resolve("renewed"), "first-token");
        Path set = Files.write(folder.resolve("echo.pb"), EchoProto.set().toByteArray());
        Path text = Files.writeString(folder.resolve("echo.txt"), "no descriptors");
        gateway = TestGateway.in(folder)
                .setting("serai.upstream.max-body", Integer.toString(MAX_BODY))
                .capabilities("grpc.yaml", DECLARATIONS.formatted(server.url(), set, token))
                .capabilities("older.yaml", OLDER.formatted(older.url(), silent.url(), http.uri(), renewed, set))
                .capabilities("wrong.yaml", WRONG.formatted(set, text))
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
        older.close();
        silent.close();
        http.close();
    }

    private JsonNode result(String id, String arguments) {
        String body = gateway.post(id, arguments).body();
        JsonNode tree = TestGateway.tree(body);
        assertThat(tree.has("code") && tree.has("requestId")).as(body).isFalse();
        return tree;
    }

    @Test
    void argumentsBecomeAMessageAndTheAnswerIsJsonWhateverTheTypes() {
        assertThat(result("e.say", ALL)).isEqualTo(TestGateway.tree(ALL));
        assertThat(result("e.say", "{}").toString()).isEqualTo("{}");
        assertThat(result("e.say", "{\"child_req\":{\"n\":7}}").toString()).isEqualTo("{\"childReq\":{\"n\":\"7\"}}");
    }

    @Test
    void methodsAreKnownByReflectionOfEitherVersionAndByADescriptorSet() {
        int asked = server.reflected();
        assertThat(result("e.set", "{\"message\":\"set\"}").path("message").asText())
                .isEqualTo("set");
        assertThat(server.reflected()).as("a set needs no reflection").isEqualTo(asked);
        assertThat(result("o.say", "{\"message\":\"old\"}").path("message").asText())
                .isEqualTo("old");
        int once = older.reflected();
        assertThat(result("o.say", "{\"message\":\"old\"}").path("message").asText())
                .isEqualTo("old");
        assertThat(older.reflected()).as("asked once").isEqualTo(once);
        JsonNode none = Refusals.overRest(gateway.post("n.say", "{}"), 501, "no_provider");
        assertThat(none.path("detail").asText()).contains("no reflection").contains("grpc_descriptor_set");
    }

    @Test
    void eachStatusHasItsErrorAndIsKeptWhole() {
        String[][] codes = {
            {"1", "422", "tool_error"},
            {"2", "502", "upstream_error"},
            {"3", "422", "tool_error"},
            {"4", "504", "timeout"},
            {"5", "422", "tool_error"},
            {"6", "422", "tool_error"},
            {"7", "422", "tool_error"},
            {"8", "502", "upstream_error"},
            {"9", "422", "tool_error"},
            {"10", "422", "tool_error"},
            {"11", "422", "tool_error"},
            {"12", "502", "upstream_error"},
            {"13", "502", "upstream_error"},
            {"14", "503", "upstream_unavailable"},
            {"15", "502", "upstream_error"},
            {"16", "502", "upstream_unauthorized"}
        };
        for (String[] each : codes) {
            JsonNode problem = Refusals.overRest(
                    gateway.post("e.fail", "{\"message\":\"50%\",\"n\":" + each[0] + "}"),
                    Integer.parseInt(each[1]),
                    each[2]);
            String name = io.grpc.Status.fromCodeValue(Integer.parseInt(each[0]))
                    .getCode()
                    .name();
            assertThat(problem.path("result").toString())
                    .isEqualTo("{\"code\":" + each[0] + ",\"status\":\"" + name + "\",\"message\":\"ärger: 50%\"}");
            assertThat(problem.path("detail").asText()).contains("ärger: 50%");
        }
        JsonNode problem =
                Refusals.overRest(gateway.post("e.fail", "{\"message\":\"details\",\"n\":9}"), 422, "tool_error");
        assertThat(problem.at("/result/details").toString())
                .isEqualTo("[{\"@type\":\"type.googleapis.com/lab.v1.Req\",\"message\":\"why\",\"n\":\"7\"},"
                        + "{\"@type\":\"type.googleapis.com/unknown.Type\"}]");
    }

    @Test
    void theDeadlineGoesOutAndItsEndReachesTheServer() throws Exception {
        Refusals.overRest(gateway.post("e.slow", "{}", "Serai-Timeout-Ms", "2000"), 504, "timeout");
        assertThat(server.cancelled().await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        await().until(server::hadDeadline);
    }

    @Test
    void credentialAndDeclaredMetadataGoOutAndNothingOfTheCaller() {
        assertThat(gateway.post("e.who", "{}", "X-Mine", "1", "Authorization", "Bearer of-the-caller")
                        .statusCode())
                .isEqualTo(200);
        io.grpc.Metadata sent = server.lastHeaders();
        assertThat(sent.get(EchoServer.key("authorization"))).isEqualTo("Bearer first-token");
        assertThat(sent.get(EchoServer.key("x-tenant"))).isEqualTo("acme");
        assertThat(sent.get(io.grpc.Metadata.Key.of("x-key-bin", io.grpc.Metadata.BINARY_BYTE_MARSHALLER)))
                .containsExactly(0, 1, 2);
        assertThat(sent.keys()).doesNotContain("x-mine", "grpc-channel", "serai-request-id", "capabilityid", "accept");
    }

    @Test
    void whatDoesNotFitIsToldByItsJsonPointer() {
        String[][] wrong = {
            {"{\"n\":\"many\"}", "/n: expected a whole number of 64 bits"},
            {"{\"message\":{}}", "/message: expected a text"},
            {"{\"kind\":\"C\"}", "/kind: expected one of A, B"},
            {"{\"tags\":{\"a/b\":{}}}", "/tags/a~1b: expected a text"},
            {"{\"xs\":[1,\"two\"]}", "/xs/1: expected a number"},
            {"{\"many\":[{},{\"childReq\":{\"yes\":3}}]}", "/many/1/childReq/yes: expected true or false"},
            {"{\"at\":\"yesterday\"}", "/at: expected a time"},
            {"{\"childReq\":{\"other\":1}}", "/childReq/other: lab.v1.Req has no such field; it has message, n"},
            {"{\"left\":\"a\",\"right\":1}", ": the fields do not go together"},
            {"{\"any\":{\"@type\":\"type.googleapis.com/no.Such\"}}", "/any: expected an object with"}
        };
        for (String[] each : wrong) {
            JsonNode problem = Refusals.overRest(gateway.post("e.say", each[0]), 400, "invalid_arguments");
            assertThat(problem.path("detail").asText()).as(each[0]).startsWith(each[1]);
        }
    }

    @Test
    void whatCannotBeCalledSaysWhy() {
        Refusals.overRest(gateway.post("e.missing", "{}"), 502, "upstream_error");
        for (String[] each : new String[][] {
            {"e.nothing", "there is no method lab.v1.Echo/Nothing; the service has Say"},
            {"e.nowhere", "the server has no service lab.v1.Other"},
            {"e.gather", "takes a stream of messages"}
        }) {
            JsonNode problem = Refusals.overRest(gateway.post(each[0], "{}"), 501, "no_provider");
            assertThat(problem.path("detail").asText()).contains(each[1]);
        }
        JsonNode other = TestGateway.tree(gateway.post("h.say", "{}").body());
        assertThat(other.path("code").asText()).isIn("upstream_unavailable", "upstream_protocol_error");
    }

    @Test
    void aMessageThatIsTooLargeIsAnErrorAndTheConnectionServesTheNext() {
        JsonNode problem = Refusals.overRest(
                gateway.post("e.say", "{\"message\":\"big\",\"n\":" + MAX_BODY + "}"), 502, "upstream_protocol_error");
        assertThat(problem.path("detail").asText()).contains("serai.upstream.max-body");
        assertThat(result("e.say", "{\"message\":\"big\",\"n\":150000}")
                        .path("message")
                        .asText())
                .hasSize(150_000);
    }

    @Test
    void theMessagesOfAStreamAreAnArrayForWhoTakesNoStream() {
        assertThat(result("e.count", "{\"n\":3}").toString())
                .isEqualTo(
                        "[{\"message\":\"m1\",\"n\":\"1\"},{\"message\":\"m2\",\"n\":\"2\"},{\"message\":\"m3\",\"n\":\"3\"}]");
        assertThat(result("e.count", "{}").toString()).isEqualTo("[]");
        assertThat(result("e.two", "{\"message\":\"endless\"}")).hasSize(2);
        JsonNode half = Refusals.overRest(gateway.post("e.count", "{\"message\":\"fail\",\"n\":2}"), 422, "tool_error");
        assertThat(half.at("/result/message").asText()).isEqualTo("half");
    }

    @Test
    void anEndlessStreamIsCutAtTheBound() {
        JsonNode problem =
                Refusals.overRest(gateway.post("e.count", "{\"message\":\"endless\"}"), 502, "upstream_protocol_error");
        assertThat(problem.path("detail").asText()).contains("max-body").contains("max_messages");
        await("the server to stop").atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(() -> {
            int now = server.sent();
            result("e.say", "{}");
            return now == server.sent();
        });
    }

    @Test
    void aRefusedCredentialIsReadAgainOnceAndNeverQuoted() throws IOException {
        try {
            older.token("first-token");
            assertThat(result("r.session", "{}").toString()).isEqualTo("{}");
            older.token("second-token");
            Files.writeString(renewed, "second-token");
            for (String id : List.of("r.session", "r.say")) {
                assertThat(gateway.post(id, "{}").statusCode()).as(id).isEqualTo(200);
            }
            older.token("third-token");
            JsonNode problem = Refusals.overRest(gateway.post("r.say", "{}"), 502, "upstream_unauthorized");
            assertThat(problem.toString()).contains("UNAUTHENTICATED").doesNotContain("second-token");
        } finally {
            older.token(null);
        }
    }

    @Test
    void aServerThatSaysThatItDoesNotServeIsUnavailable() {
        try {
            silent.serving(false);
            JsonNode problem = Refusals.overRest(gateway.post("q.say", "{}"), 503, "upstream_unavailable");
            assertThat(problem.path("detail").asText()).contains("does not serve now");
        } finally {
            silent.serving(true);
        }
        await("the server to be tried again")
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .until(() -> gateway.post("q.say", "{}").statusCode() == 200);
    }

    @Test
    void mistakesInDeclarationsAreToldWithTheirLines() {
        List<Problem> problems = gateway.gateway().capabilities().current().problems();
        String[] wrong = {
            "grpc_method: is missing",
            "grpc_method: expected package.Service/Method, was \"Say\"",
            "grpc_descriptor_set: there is no file /nowhere",
            "grpc_descriptor_set: there is no service a.B; there are lab.v1.Echo",
            "grpc_descriptor_set: lab.v1.Echo/Gather takes a stream",
            "is no descriptor set",
            "grpc_metadata: /0/name: expected",
            "grpc_auth_scheme: expected bearer"
        };
        for (int i = 0; i < wrong.length; i++) {
            int line = i + 2;
            String expected = wrong[i];
            assertThat(problems)
                    .as(expected)
                    .anyMatch(problem -> problem.toString().contains("wrong.yaml:" + line)
                            && problem.toString().contains(expected));
        }
    }
}
