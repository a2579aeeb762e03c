package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CallerLimitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aCallersLimitHoldsBackNoOtherCaller() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            Keys keys = new Keys(folder);
            String ann = keys.add("ann");
            String bob = keys.add("bob");
            String boss = keys.add("boss", "admin");
            try (TestGateway gateway =
                    keys.gateway(server).setting("serai.limits.per-caller", "1").start()) {
                server.dials().holdCalls();
                List<CompletableFuture<Integer>> anns =
                        Stream.of(call(gateway, ann), call(gateway, ann)).toList();
                await().until(() -> queued(gateway, boss) == 1);
                CompletableFuture<Integer> bobs = call(gateway, bob);
                await().until(() -> server.counters().executions("echo") == 2);
                assertThat(queued(gateway, boss)).isEqualTo(1);

                server.dials().release();
                assertThat(bobs.get(60, TimeUnit.SECONDS)).isEqualTo(200);
                for (CompletableFuture<Integer> call : anns) {
                    assertThat(call.get(60, TimeUnit.SECONDS)).isEqualTo(200);
                }
                assertThat(server.counters().executions("echo")).isEqualTo(3);
            }
        }
    }

    @Test
    void aRateThatIsEachCallersHoldsBackNoOtherCaller() {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            Keys keys = new Keys(folder);
            String ann = keys.add("ann");
            String bob = keys.add("bob");
            String limited = """
                    capabilities:
                      - id: limited.echo
                        metadata:
                          mcp: { server_url: "%s", requires_session: true, tool_name: echo }
                          policy: { rate_limit: 1/1d, rate_limit_by: caller }
                    """.formatted(server.uri());
            try (TestGateway gateway =
                    keys.gateway(server).capabilities("limited.yaml", limited).start()) {
                assertThat(limited(gateway, ann)).isEqualTo(200);
                assertThat(limited(gateway, ann)).isEqualTo(429);
                assertThat(limited(gateway, bob)).isEqualTo(200);
                assertThat(limited(gateway, bob)).isEqualTo(429);
                assertThat(server.counters().executions("echo")).isEqualTo(2);
            }
        }
    }

    @Test
    void whatIsKeptOfOneCallersAnswersIsNoOtherCallers() {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            Keys keys = new Keys(folder);
            String ann = keys.add("ann");
            String bob = keys.add("bob");
            String kept = """
                    defaults:
                      metadata:
                        mcp: { server_url: "%s", requires_session: true, tool_name: echo }
                        policy: { idempotent: true, cache_ttl: 1h, coalesce: true }
                    capabilities:
                      - id: own.echo
                      - { id: all.echo, metadata: { session: { scope: shared } } }
                      - { id: some.echo, metadata: { session: { scope: shared }, access: { roles: [nobody] } } }
                    """.formatted(server.uri());
            try (TestGateway gateway =
                    keys.gateway(server).capabilities("kept.yaml", kept).start()) {
                assertThat(cache(gateway, "own.echo", ann)).isEmpty();
                assertThat(cache(gateway, "own.echo", ann)).isEqualTo("hit");
                assertThat(cache(gateway, "own.echo", bob)).isEmpty();
                assertThat(server.counters().executions("echo")).isEqualTo(2);
                // Where callers share sessions, they share answers.
                assertThat(cache(gateway, "all.echo", ann)).isEmpty();
                assertThat(cache(gateway, "all.echo", bob)).isEqualTo("hit");
                assertThat(gateway.post("some.echo", Keys.HI, "X-API-Key", ann).statusCode())
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void callsOfOneCallerAreNotMadeOneWithAnothersWhereTheyShareNoSession() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            Keys keys = new Keys(folder);
            List<String> callers = List.of(keys.add("ann"), keys.add("bob"));
            String boss = keys.add("boss", "admin");
            String coalesced = """
                    defaults:
                      metadata:
                        mcp: { server_url: "%s", requires_session: true, tool_name: echo }
                        policy: { idempotent: true, coalesce: true }
                    capabilities:
                      - id: own.echo
                      - { id: all.echo, metadata: { session: { scope: shared } } }
                    """.formatted(server.uri());
            try (TestGateway gateway =
                    keys.gateway(server).capabilities("one.yaml", coalesced).start()) {
                server.dials().holdCalls();
                List<CompletableFuture<String>> own = ofEach(callers, gateway, "own.echo");
                await().atMost(PATIENCE).until(() -> server.counters().executions("echo") == 2);
                List<CompletableFuture<String>> all = ofEach(callers, gateway, "all.echo");
                await().atMost(PATIENCE).until(() -> waiting(gateway, boss) == 1);
                server.dials().release();

                assertThat(List.of(own.get(0).get(), own.get(1).get())).containsOnly("");
                assertThat(List.of(all.get(0).get(), all.get(1).get())).containsExactlyInAnyOrder("", "collapsed");
                assertThat(server.counters().executions("echo")).isEqualTo(3);
            }
        }
    }

    private static double waiting(TestGateway gateway, String key) {
        String metrics = Keys.get(gateway, "/observe/metrics", "X-API-Key", key).body();
        return new Scraped(metrics).sum("serai_collapsed_waiting");
    }

    private static List<CompletableFuture<String>> ofEach(List<String> callers, TestGateway gateway, String id) {
        return callers.stream()
                .map(key ->
                        CompletableFuture.supplyAsync(() -> cache(gateway, id, key), task -> new Thread(task).start()))
                .toList();
    }

    private static String cache(TestGateway gateway, String id, String key) {
        HttpResponse<String> answer = gateway.post(id, Keys.HI, "X-API-Key", key);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("Serai-Cache").orElse("");
    }

    private static int limited(TestGateway gateway, String key) {
        return gateway.post("limited.echo", Keys.HI, "X-API-Key", key).statusCode();
    }

    private static int queued(TestGateway gateway, String key) {
        HttpResponse<String> state = Keys.get(gateway, "/admin/invocations", "X-API-Key", key);
        return TestGateway.tree(state.body()).path("queued").path("medium").asInt(-1);
    }

    private static CompletableFuture<Integer> call(TestGateway gateway, String key) {
        return CompletableFuture.supplyAsync(
                () -> gateway.post("open.echo", Keys.HI, "X-API-Key", key).statusCode(),
                task -> new Thread(task).start());
    }
}
