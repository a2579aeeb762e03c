package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.ProblemDocument;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestEntryTest {
    private final AtomicReference<@Nullable Map<String, Object>> seenHeaders = new AtomicReference<>();
    private final AtomicReference<@Nullable Map<String, Object>> seenProperties = new AtomicReference<>();
    private final AtomicReference<@Nullable Object> seenBody = new AtomicReference<>();
    private Processor outcome = exchange ->
            Samples.complete(exchange, JsonNodeFactory.instance.objectNode().put("answer", 42));
    private final EntryGateway gateway = new EntryGateway();

    @BeforeEach
    void start() throws Exception {
        gateway.invoking(exchange -> {
                    seenHeaders.set(new TreeMap<>(exchange.getMessage().getHeaders()));
                    seenProperties.set(new TreeMap<>(exchange.getProperties()));
                    seenBody.set(exchange.getMessage().getBody());
                    outcome.process(exchange);
                })
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aCallCarriesTheIdAndTheBodyAndNothingElse() throws Exception {
        HttpResponse<String> answer = gateway.post("/capabilities/sample.echo", "{\"message\":\"hi\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body()).isEqualTo("{\"answer\":42}");
        assertThat(seenHeaders.get()).isEqualTo(Map.of("CapabilityId", "sample.echo"));
        assertThat((byte[]) seenBody.get()).isEqualTo("{\"message\":\"hi\"}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyHeaderOfTheContractReachesTheCall() throws Exception {
        gateway.send(gateway.request("/capabilities/sample.echo?raw=true")
                .header("serai-request-ID", "r-1")
                .header("Serai-Conversation", "c-1")
                .header("Serai-Priority", "high")
                .header("Serai-Timeout-Ms", "86400000")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(seenHeaders.get())
                .isEqualTo(Map.of(
                        "CapabilityId", "sample.echo",
                        "CapabilityRequestId", "r-1",
                        "CapabilityConversation", "c-1",
                        "CapabilityPriority", "high",
                        "CapabilityTimeoutMs", 86_400_000L,
                        "CapabilityRaw", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mcp_server_url",
                "MCP_Server_Url",
                "demo_requires_session",
                "CamelHttpUri",
                "camelhttpuri",
                "CapabilityId",
                "capabilityid",
                "CapabilityStatus",
                "CapabilityConversation",
                "Authorization",
                "Cookie",
                "X-Anything"
            })
    void aLookAlikeInAHeaderOrTheQueryChangesNothing(String name) throws Exception {
        HttpResponse<String> answer = gateway.send(
                gateway.request("/capabilities/sample.echo?" + name + "=evil&Serai-Priority=low&CapabilityRaw=true")
                        .header(name, "evil")
                        .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(seenHeaders.get()).isEqualTo(Map.of("CapabilityId", "sample.echo"));
        assertThat(String.valueOf(seenProperties.get())).doesNotContain("evil");
        assertThat(answer.headers().toString()).doesNotContain("evil");
    }

    @Test
    void aFormIsRefusedBeforeAnyFieldIsLookedAt() throws Exception {
        HttpResponse<String> answer = gateway.send(gateway.request("/capabilities/sample.echo")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("sample_requires_session=true&CapabilityId=other")));

        assertProblem(answer, 415, "invalid_arguments");
        assertThat(seenHeaders.get()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/xml", "multipart/form-data; boundary=x", "image/png"})
    void anotherMediaTypeIsRefused(String type) throws Exception {
        assertProblem(
                gateway.send(gateway.request("/capabilities/sample.echo")
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))),
                415,
                "invalid_arguments");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "text/plain", "application/ld+json"})
    void jsonAndPlainTextAreTaken(String type) throws Exception {
        HttpResponse<String> answer = gateway.send(gateway.request("/capabilities/sample.echo")
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void aCompressedBodyIsRefused() throws Exception {
        assertProblem(
                gateway.send(gateway.request("/capabilities/sample.echo")
                        .header("Content-Encoding", "gzip")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))),
                415,
                "invalid_arguments");
    }

    @Test
    void anEmptyBodyIsAnEmptyObject() throws Exception {
        gateway.post("/capabilities/sample.echo", "");

        assertThat((byte[]) seenBody.get()).isEqualTo(new byte[] {'{', '}'});
    }

    @ParameterizedTest
    @CsvSource({
        "/capabilities/a/b/c, a/b/c",
        "/capabilities/a%2Fb, a/b",
        "/capabilities/a+b%20c, a+b c",
        "/capabilities/%E2%82%AC, €",
        "/capabilities/%2e%2e/admin, ../admin",
    })
    void theIdIsTheDecodedRestOfThePath(String path, String id) throws Exception {
        gateway.post(path, "{}");

        assertThat(seenHeaders.get()).containsEntry("CapabilityId", id);
    }

    @ParameterizedTest
    @CsvSource({
        "Serai-Timeout-Ms, 0",
        "Serai-Timeout-Ms, -1",
        "Serai-Timeout-Ms, 86400001",
        "Serai-Timeout-Ms, 99999999999999999999",
        "Serai-Timeout-Ms, 1.5",
        "Serai-Timeout-Ms, soon",
        "Serai-Priority, urgent",
        "Serai-Priority, HIGH",
        "Serai-Request-Id, two words",
        "Serai-Conversation, two words",
    })
    void aBadHeaderIsRefusedByName(String name, String value) throws Exception {
        HttpResponse<String> answer = gateway.send(gateway.request("/capabilities/sample.echo")
                .header(name, value)
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(assertProblem(answer, 400, "invalid_arguments")
                        .path("detail")
                        .asText())
                .startsWith(name + ": expected");
        assertThat(seenHeaders.get()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"Serai-Request-Id, 128", "Serai-Conversation, 256"})
    void aNameMayBeAsLongAsTheLimitAndNoLonger(String name, int limit) throws Exception {
        HttpRequest.Builder fits = gateway.request("/capabilities/sample.echo").header(name, "x".repeat(limit));
        HttpRequest.Builder tooLong =
                gateway.request("/capabilities/sample.echo").header(name, "x".repeat(limit + 1));

        assertThat(gateway.send(fits.POST(HttpRequest.BodyPublishers.noBody())).statusCode())
                .isEqualTo(200);
        assertProblem(gateway.send(tooLong.POST(HttpRequest.BodyPublishers.noBody())), 400, "invalid_arguments");
    }

    @Test
    void aHeaderSentTwiceIsRefused() throws Exception {
        assertProblem(
                gateway.send(gateway.request("/capabilities/sample.echo")
                        .header("Serai-Request-Id", "one")
                        .header("Serai-Request-Id", "two")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))),
                400,
                "invalid_arguments");
    }

    @Test
    void aRefusalNamesTheCapabilityAndTheRequest() throws Exception {
        JsonNode problem = assertProblem(
                gateway.send(gateway.request("/capabilities/sample.echo")
                        .header("Serai-Request-Id", "r-7")
                        .header("Serai-Priority", "never")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))),
                400,
                "invalid_arguments");

        assertThat(problem.path("capability").asText()).isEqualTo("sample.echo");
        assertThat(problem.path("requestId").asText()).isEqualTo("r-7");
    }

    @Test
    void onlyTheHeadersOfTheContractGoOut() throws Exception {
        outcome = exchange -> {
            Samples.complete(exchange, NullNode.getInstance());
            Map<String, Object> headers = exchange.getMessage().getHeaders();
            headers.put("CapabilityRequestId", "r-1");
            headers.put("CapabilitySession", "0a1b2c");
            headers.put("CapabilitySessionReused", true);
            headers.put("CapabilityAttempts", 2);
            headers.put("CapabilityDurationMs", 12L);
            headers.put("CapabilityRetryAfter", 9);
            headers.put("CamelHttpResponseCode", 418);
            headers.put("Mcp-Session-Id", "secret");
            headers.put("Authorization", "secret");
            headers.put("Set-Cookie", "secret");
            headers.put("sample_server_url", "secret");
        };

        HttpResponse<String> answer = gateway.post("/capabilities/sample.echo", "{}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("null");
        Map<String, String> headers = new TreeMap<>();
        answer.headers()
                .map()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
        assertThat(headers)
                .isEqualTo(Map.of(
                        "content-type", "application/json",
                        "content-length", "4",
                        "serai-request-id", "r-1",
                        "serai-session", "0a1b2c",
                        "serai-session-reused", "true",
                        "serai-attempts", "2",
                        "serai-duration-ms", "12"));
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void aFailureHasTheStatusOfItsCode(ErrorCode code) throws Exception {
        outcome = exchange -> {
            exchange.getMessage().setHeader("CapabilityStatus", "failed");
            exchange.getMessage().setHeader("CapabilityErrorCode", code.wireName());
            exchange.getMessage().setHeader("CapabilityRetryAfter", 7);
            exchange.getMessage().setBody(ProblemDocument.of(code, "why", "sample.echo", "r-1"));
        };

        HttpResponse<String> answer = gateway.post("/capabilities/sample.echo", "{}");

        assertProblem(answer, code.httpStatus(), code.wireName());
        boolean retryable = code.httpStatus() == 429 || code.httpStatus() == 503;
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(retryable);
    }

    @Test
    void anOutcomeWithoutAStatusIsNeverASuccess() throws Exception {
        outcome = exchange -> exchange.getMessage().setBody(JsonNodeFactory.instance.objectNode());
        assertProblem(gateway.post("/capabilities/sample.echo", "{}"), 500, "internal_error");

        outcome = exchange -> exchange.getMessage().setHeader("CapabilityStatus", "completed");
        assertProblem(gateway.post("/capabilities/sample.echo", "{}"), 500, "internal_error");
    }

    @Test
    void anEscapedExceptionTellsNothingOfItself() throws Exception {
        outcome = exchange -> {
            throw new IllegalStateException("token=secret");
        };

        HttpResponse<String> answer = gateway.post("/capabilities/sample.echo", "{}");

        assertProblem(answer, 500, "internal_error");
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void anEventStreamHoldsOneEventAndEnds() throws Exception {
        HttpResponse<String> answer = gateway.send(gateway.request("/capabilities/sample.echo")
                .header("Accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(answer.body()).isEqualTo("event: result\ndata: {\"answer\":42}\n\n");
        assertThat(gateway.post("/capabilities/sample.echo?stream=true", "{}").body())
                .startsWith("event: result\n");
    }

    @Test
    void aClientThatTakesBothGetsJson() throws Exception {
        HttpResponse<String> answer = gateway.send(gateway.request("/capabilities/sample.echo")
                .header("Accept", "text/event-stream, application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void aFailureInAnEventStreamIsAnErrorEvent() throws Exception {
        outcome = exchange -> {
            exchange.getMessage().setHeader("CapabilityStatus", "failed");
            exchange.getMessage().setHeader("CapabilityErrorCode", "timeout");
            exchange.getMessage().setBody(ProblemDocument.of(ErrorCode.TIMEOUT, "why", null, null));
        };

        HttpResponse<String> answer = gateway.post("/capabilities/sample.echo?stream=true", "{}");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body())
                .startsWith("event: error\ndata: {")
                .endsWith("}\n\n")
                .contains("\"timeout\"");
    }

    private static JsonNode assertProblem(HttpResponse<String> answer, int status, String code) throws Exception {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = new JsonMapper().readTree(answer.body());
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("type").asText()).isEqualTo("urn:serai:error:" + code);
        assertThat(problem.path("title").asText()).isNotEmpty();
        assertThat(problem.path("detail").asText()).isNotEmpty();
        return problem;
    }
}
