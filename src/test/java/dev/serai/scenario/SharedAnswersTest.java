package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code policy_cache_ttl} and {@code policy_coalesce}, as the server and callers see them. */
@Timeout(120)
class SharedAnswersTest extends SampleFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HI = "{\"message\":\"hi\"}";
    private static final String CACHED = "policy: { idempotent: true, cache_ttl: 1h }";
    private static final String COALESCED = "policy: { idempotent: true, coalesce: true }";

    private TestGateway gateway(String metadata) {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, metadata, "echo", "add", "counter", "fail"))
                .capabilities(
                        "free.yaml", Sample.declarations(server.uri().toString(), "free", "true", "", List.of("echo")))
                .start();
    }

    private static String cache(HttpResponse<String> answer) {
        return answer.headers().firstValue("Serai-Cache").orElse("");
    }

    private List<CompletableFuture<HttpResponse<String>>> together(
            int calls, TestGateway gateway, String id, String json) {
        var threads = Executors.newFixedThreadPool(calls);
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(CompletableFuture.supplyAsync(() -> gateway.post(id, json), threads));
        }
        threads.shutdown();
        return all;
    }

    private static double waiting(TestGateway gateway) {
        return Scraped.of(gateway).sum("serai_collapsed_waiting");
    }

    @Test
    void anAnswerIsGivenAgainToWhoeverAsksForTheSameInWhateverOrder() {
        try (TestGateway gateway = gateway(CACHED)) {
            HttpResponse<String> first = gateway.post("sample.add", "{\"a\":1,\"b\":2}");
            HttpResponse<String> again = gateway.post("sample.add", "{\"b\":2,\"a\":1}");
            HttpResponse<String> other = gateway.post("sample.add", "{\"a\":1,\"b\":3}");

            assertThat(cache(first)).isEmpty();
            assertThat(cache(again)).isEqualTo("hit");
            assertThat(again.headers().firstValue("Serai-Attempts")).hasValue("0");
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(cache(other)).isEmpty();
            assertThat(server.counters().executions("add")).isEqualTo(2);
            CallOutcome inProcess = gateway.call("sample.add", "{\"a\":1,\"b\":2}");
            assertThat(inProcess.headers()).containsEntry("CapabilityCache", "hit");
            assertThat(Scraped.of(gateway).sum("serai_cache_lookups_total", "outcome=\"hit\""))
                    .isEqualTo(2);
            assertThat(Scraped.of(gateway).sum("serai_cache_answers")).isEqualTo(2);
        }
    }

    @Test
    void bothTheValueAndTheWholeResultComeFromOneAnswer() {
        try (TestGateway gateway = gateway(CACHED)) {
            gateway.post("sample.echo", HI);
            CallOutcome raw = gateway.call("sample.echo", HI, Map.of("CapabilityRaw", "true"));
            CallOutcome value = gateway.call("sample.echo", HI);
            assertThat(raw.body().at("/content/0/text").asText()).isEqualTo("hi");
            assertThat(value.body().asText()).isEqualTo("hi");
            assertThat(server.counters().executions("echo")).isEqualTo(1);
        }
    }

    @Test
    void withoutThePolicyEachCallIsMade() {
        try (TestGateway gateway = gateway(CACHED)) {
            gateway.post("free.echo", HI);
            assertThat(cache(gateway.post("free.echo", HI))).isEmpty();
            assertThat(server.counters().executions("echo")).isEqualTo(2);
        }
    }

    @Test
    void anAnswerIsKeptForItsTimeOnly() {
        try (TestGateway gateway = gateway("policy: { idempotent: true, cache_ttl: 1ms }")) {
            gateway.post("sample.echo", HI);
            await().atMost(PATIENCE)
                    .until(() -> cache(gateway.post("sample.echo", HI)).isEmpty());
            assertThat(server.counters().executions("echo")).isGreaterThan(1);
        }
    }

    @Test
    void aFailureIsNotKept() {
        server.dials().nextStatuses(500);
        try (TestGateway gateway = gateway(CACHED)) {
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
            assertThat(gateway.post("sample.fail", "{}").statusCode()).isEqualTo(422);
            assertThat(gateway.post("sample.fail", "{}").statusCode()).isEqualTo(422);
            assertThat(server.counters().executions("fail")).isEqualTo(2);
        }
    }

    @Test
    void answersOfOneConversationAreNotAnothers() {
        String metadata = CACHED + "\nsession: { scope: conversation }";
        try (TestGateway gateway = gateway(metadata)) {
            Map<String, String> mine = Map.of("CapabilityConversation", "mine");
            Map<String, String> yours = Map.of("CapabilityConversation", "yours");
            gateway.call("sample.counter", "{}", mine);
            assertThat(gateway.call("sample.counter", "{}", mine).headers()).containsEntry("CapabilityCache", "hit");
            assertThat(gateway.call("sample.counter", "{}", yours).headers()).doesNotContainKey("CapabilityCache");
            // Without a conversation each call has its own session.
            gateway.call("sample.counter", "{}");
            assertThat(gateway.call("sample.counter", "{}").headers()).doesNotContainKey("CapabilityCache");
            assertThat(server.counters().executions("counter")).isEqualTo(4);
        }
    }

    @Test
    void whatIsKeptTakesNoMoreThanItIsGiven() {
        try (TestGateway gateway = TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, CACHED, "echo"))
                .setting("serai.cache.max-bytes", "20000")
                .start()) {
            for (int i = 0; i < 100; i++) {
                gateway.call("sample.echo", "{\"message\":\"" + i + "\"}");
            }
            await().atMost(PATIENCE).until(() -> Scraped.of(gateway).sum("serai_cache_answers") < 40);
            // One that is larger than all of it is given, and not kept.
            String large = "{\"message\":\"" + "x".repeat(30_000) + "\"}";
            assertThat(gateway.post("sample.echo", large).statusCode()).isEqualTo(200);
            assertThat(cache(gateway.post("sample.echo", large))).isEmpty();
        }
    }

    @Test
    void callsThatAskForTheSameAtTheSameTimeAreMadeOnce() throws Exception {
        try (TestGateway gateway = gateway(COALESCED)) {
            server.dials().holdCalls();
            var calls = together(20, gateway, "sample.echo", HI);
            await().atMost(PATIENCE).until(() -> waiting(gateway) == 19);
            server.dials().release();

            int collapsed = 0;
            for (CompletableFuture<HttpResponse<String>> call : calls) {
                HttpResponse<String> answer = call.get(60, TimeUnit.SECONDS);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("\"hi\"");
                collapsed += cache(answer).equals("collapsed") ? 1 : 0;
            }
            assertThat(collapsed).isEqualTo(19);
            assertThat(server.counters().executions("echo")).isEqualTo(1);
            assertThat(Scraped.of(gateway).sum("serai_collapsed_total")).isEqualTo(19);
            // Nothing is kept: the next one is made.
            assertThat(cache(gateway.post("sample.echo", HI))).isEmpty();
            assertThat(server.counters().executions("echo")).isEqualTo(2);
        }
    }

    @Test
    void whatFailsTheCallThatIsMadeFailsThoseThatWaitForIt() throws Exception {
        try (TestGateway gateway = gateway(COALESCED)) {
            server.dials().holdCalls();
            var calls = together(5, gateway, "sample.fail", "{}");
            await().atMost(PATIENCE).until(() -> waiting(gateway) == 4);
            server.dials().release();
            for (CompletableFuture<HttpResponse<String>> call : calls) {
                HttpResponse<String> answer = call.get(60, TimeUnit.SECONDS);
                assertThat(answer.statusCode()).isEqualTo(422);
                assertThat(TestGateway.tree(answer.body()).at("/result/isError").asBoolean())
                        .isTrue();
            }
            assertThat(server.counters().executions("fail")).isEqualTo(1);
        }
    }

    @Test
    void theEndOfTheCallThatIsMadeByItsCallersOwnDeadlineIsNotThatOfTheOthers() throws Exception {
        try (TestGateway gateway = gateway(COALESCED)) {
            server.dials().holdCalls();
            var hurried = CompletableFuture.supplyAsync(
                    () -> gateway.post("sample.echo", HI, "Serai-Timeout-Ms", "6000"),
                    task -> new Thread(task).start());
            await().atMost(PATIENCE).until(() -> server.counters().executions("echo") == 1);
            var patient = together(3, gateway, "sample.echo", HI);
            await().atMost(PATIENCE).until(() -> waiting(gateway) == 3);

            assertThat(hurried.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
            await().atMost(PATIENCE).until(() -> server.counters().executions("echo") == 2);
            server.dials().release();
            for (CompletableFuture<HttpResponse<String>> call : patient) {
                assertThat(call.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            assertThat(server.counters().executions("echo")).isEqualTo(2);
        }
    }

    @Test
    void whoWaitsForAnotherIsAnsweredAtItsOwnDeadline() throws Exception {
        try (TestGateway gateway = gateway(COALESCED)) {
            server.dials().holdCalls();
            var first = together(1, gateway, "sample.echo", HI).get(0);
            await().atMost(PATIENCE).until(() -> server.counters().executions("echo") == 1);
            HttpResponse<String> hurried = gateway.post("sample.echo", HI, "Serai-Timeout-Ms", "50");
            assertThat(hurried.statusCode()).isEqualTo(504);
            assertThat(waiting(gateway)).isZero();
            server.dials().release();
            assertThat(first.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void otherArgumentsOrNoPolicyAreOtherCalls() throws Exception {
        try (TestGateway gateway = gateway(COALESCED)) {
            server.dials().holdCalls();
            var one = together(1, gateway, "sample.echo", HI);
            var two = together(1, gateway, "sample.echo", "{\"message\":\"ho\"}");
            var free = together(2, gateway, "free.echo", HI);
            await().atMost(PATIENCE).until(() -> server.counters().executions("echo") == 4);
            server.dials().release();
            assertThat(one.get(0).get(60, TimeUnit.SECONDS).body()).isEqualTo("\"hi\"");
            assertThat(two.get(0).get(60, TimeUnit.SECONDS).body()).isEqualTo("\"ho\"");
            assertThat(free.get(0).get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(free.get(1).get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }
}
