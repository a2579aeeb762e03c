package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Routes of the user's that every call passes through, dropped into a running gateway. */
@Timeout(120)
class HooksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HI = "{\"message\":\"hi\"}";

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        server.start();
        start("30s");
    }

    private void start(String timeout) {
        gateway = TestGateway.in(folder)
                .setting("serai.timeout", timeout)
                .capabilities("sample.yaml", Sample.declarations(server, "session: { concurrency: 1 }", "echo", "fail"))
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.close();
    }

    /** Adds, or with no steps removes, a route from {@code direct:NAME} with these steps. */
    private void hook(String name, String... steps) throws IOException {
        Path file = gateway.routes().resolve(name + ".yaml");
        if (steps.length == 0) {
            Files.delete(file);
        } else {
            StringBuilder yaml = new StringBuilder(
                    "- route:\n    id: my-" + name + "\n    from:\n      uri: direct:" + name + "\n      steps:\n");
            for (String step : steps) {
                yaml.append("        - ").append(step).append('\n');
            }
            Files.writeString(file, yaml);
        }
        HttpResponse<String> reloaded =
                gateway.send(HttpRequest.newBuilder(URI.create(gateway.gateway().url() + "/admin/reload"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build());
        assertThat(reloaded.statusCode()).as(reloaded.body()).isEqualTo(200);
    }

    private HttpResponse<String> echo() {
        return gateway.post("sample.echo", HI);
    }

    private Exchange noted(String queue) throws IOException {
        try (var consumer = gateway.camelContext().createConsumerTemplate()) {
            return consumer.receive("seda:" + queue, 60_000);
        }
    }

    @Test
    void whatBeforeInvokeLeavesIsWhatIsCalledUntilItsFileGoes() throws IOException {
        hook("before-invoke", "setBody: { simple: '{\"message\":\"${header.CapabilityId} again\"}' }");
        assertThat(echo().body()).contains("sample.echo again");
        hook("before-invoke", "setHeader: { name: CapabilityId, constant: sample.fail }");
        assertThat(echo().statusCode()).isEqualTo(422);
        hook("before-invoke");
        assertThat(echo().body()).contains("hi");
    }

    @Test
    void argumentsThatBeforeInvokeLeavesAreValidated() throws IOException {
        hook("before-invoke", "setBody: { constant: '[1]' }");
        HttpResponse<String> answer = echo();
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("invalid_arguments", "must be a JSON object");
        assertThat(server.counters().calls()).isZero();
    }

    @Test
    void beforeInvokeRefusesACallWithACodeAndAReason() throws IOException {
        hook(
                "before-invoke",
                "setHeader: { name: CapabilityErrorCode, constant: forbidden }",
                "setBody: { constant: not on Sundays }");
        HttpResponse<String> answer = echo();
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body())
                .contains("\"code\":\"forbidden\"", "not on Sundays", "\"capability\":\"sample.echo\"");
        hook("before-invoke", "setHeader: { name: CapabilityErrorCode, constant: nonsense }");
        assertThat(echo().statusCode()).isEqualTo(500);
        assertThat(server.counters().calls()).isZero();
    }

    @Test
    void aHookThatFailsOrHangsFailsTheCallAndNothingHangs() throws IOException {
        gateway.close();
        start("4s");
        hook("before-invoke", "throwException: { exceptionType: java.lang.IllegalStateException, message: secret }");
        HttpResponse<String> failed = echo();
        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(failed.body()).contains("internal_error").doesNotContain("secret");
        hook("before-invoke", "delay: { constant: 10000 }");
        HttpResponse<String> late = echo();
        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(late.body()).contains("before-invoke took longer than 4000 ms");
        hook("before-invoke");
        hook("after-invoke", "throwException: { exceptionType: java.lang.IllegalStateException, message: secret }");
        assertThat(echo().statusCode()).isEqualTo(500);
        hook("after-invoke", "delay: { constant: 10000 }");
        assertThat(echo().statusCode()).isEqualTo(504);
        hook("after-invoke");
        assertThat(echo().statusCode()).isEqualTo(200);
    }

    @Test
    void whatAfterInvokeLeavesIsTheResult() throws IOException {
        hook(
                "after-invoke",
                "setBody: { simple: '{\"masked\":\"${header.CapabilityId} ${header.CapabilityStatus}\"}' }");
        HttpResponse<String> answer = echo();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestGateway.tree(answer.body()).path("masked").asText()).isEqualTo("sample.echo completed");
        assertThat(answer.headers().firstValue("Serai-Session")).isPresent();
    }

    @Test
    void afterInvokeSeesAFailureAndCannotMakeASuccessOfIt() throws IOException {
        hook(
                "after-invoke",
                "to: seda:seen?waitForTaskToComplete=Never",
                "setBody: { constant: '{}' }",
                "removeHeaders: { pattern: 'Capability*' }");
        HttpResponse<String> answer = gateway.post("sample.fail", "{}");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("tool_error");
        Exchange seen = noted("seen");
        assertThat(seen.getMessage().getHeader("CapabilityId")).isEqualTo("sample.fail");
        assertThat(seen.getMessage().getHeader("CapabilityErrorCode")).isEqualTo("tool_error");
        assertThat(seen.getMessage().getBody(String.class)).contains("tool_error");
    }

    /** With one call at a time in the session, a hook that held it would wait for itself. */
    @Test
    void aHookMayCallACapabilityOfTheSameSessionAndIsNotPassedByThat() throws IOException {
        hook(
                "after-invoke",
                "setProperty: { name: mine, simple: '${body}' }",
                "setHeader: { name: CapabilityId, constant: sample.echo }",
                "setBody: { constant: '{\"message\":\"and me\"}' }",
                "to: direct:invoke-capability",
                "setBody: { simple: '${exchangeProperty.mine} ${body}' }");
        assertThat(echo().body()).contains("hi and me");
        assertThat(server.counters().calls()).isEqualTo(2);
        HttpResponse<String> failed = gateway.post("sample.nobody", "{}");
        assertThat(failed.statusCode()).isEqualTo(404);
        await().atMost(PATIENCE).until(() -> server.counters().calls() == 3);
    }

    @Test
    void aCallThatAHookMakesForAFailedOneOutlivesIt() throws IOException {
        hook(
                "after-invoke",
                "setHeader: { name: CapabilityId, constant: sample.echo }",
                "setBody: { constant: '{\"message\":\"nonetheless\"}' }",
                "to: direct:invoke-capability",
                "to: seda:seen?waitForTaskToComplete=Never");
        hook(
                "mine",
                "setHeader: { name: CapabilityId, constant: sample.nobody }",
                "to: direct:invoke-capability",
                "setProperty: { name: answer, simple: '${body}' }",
                "pollEnrich: { simple: 'seda:end', timeout: 60000 }",
                "setBody: { simple: '${exchangeProperty.answer}' }");
        server.dials().holdCalls();
        try (var producer = gateway.camelContext().createProducerTemplate()) {
            CompletableFuture<String> mine = producer.asyncRequestBody("direct:mine", "{}", String.class);
            await().atMost(PATIENCE).until(() -> server.counters().calls() == 1);
            producer.sendBody("seda:end", "");
            assertThat(mine).succeedsWithin(PATIENCE).asString().contains("unknown_capability");
        } finally {
            server.dials().release();
        }
        Exchange seen = noted("seen");
        assertThat(seen.getMessage().getHeader("CapabilityStatus")).isEqualTo("completed");
        assertThat(seen.getMessage().getBody(String.class)).contains("nonetheless");
    }
}
