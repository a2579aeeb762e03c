package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.entry.HttpIngress;
import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.camel.component.http.HttpComponent;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits, the queue and what stops a call, seen from outside. */
@Timeout(120)
class AdmissionFlowTest {
    private static final String HI = "{\"message\":\"hi\"}";

    private final SampleMcpServer server = new SampleMcpServer();

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestGateway.Builder gateway(String limit) {
        return TestGateway.in(folder)
                .setting("serai.limits.in-flight", limit)
                .capabilities("sample.yaml", Sample.declarations(server, "", "echo", "slow"));
    }

    private static JsonNode state(TestGateway gateway) {
        return TestGateway.tree(gateway.get("/admin/invocations").body());
    }

    private static void awaitIdle(TestGateway gateway) {
        await().until(() -> state(gateway).path("inFlight").asInt(-1) == 0
                && state(gateway).path("inProgress").asInt(-1) == 0);
    }

    private void awaitQueued(TestGateway gateway, int high, int low) {
        await().until(() -> state(gateway).path("queued").path("high").asInt() == high
                && state(gateway).path("queued").path("low").asInt() == low);
    }

    @Test
    void healthAndAdministrationAnswerWhileCallsWaitOrAreRefused() {
        try (TestGateway gateway = gateway("1")
                        .setting("serai.queue.max", "1")
                        .setting("serai.http.max-concurrent", "2")
                        .setting("serai.http.threads", "2")
                        .start();
                Callers callers = new Callers(2)) {
            gateway.call("sample.echo", HI);
            server.dials().holdCalls();
            List<Future<HttpResponse<String>>> calls = callers.start(i -> gateway.post("sample.echo", HI));
            await().until(() -> state(gateway).path("queued").path("medium").asInt() == 1);

            Refusals.overRest(gateway.post("sample.echo", HI), 429, "too_many_requests");
            assertThat(gateway.get("/observe/health").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/observe/health/ready").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/observe/metrics").statusCode()).isEqualTo(200);
            server.dials().release();
            Callers.results(calls)
                    .forEach(answer -> assertThat(answer.statusCode()).isEqualTo(200));
            awaitIdle(gateway);
        }
    }

    @Test
    void aFullQueueAndALongWaitHaveTheirErrors() {
        try (TestGateway gateway = gateway("1").setting("serai.queue.max", "1").start();
                Callers callers = new Callers(1)) {
            gateway.call("sample.echo", HI);
            server.dials().holdCalls();
            Future<HttpResponse<String>> first =
                    callers.start(i -> gateway.post("sample.echo", HI)).get(0);
            await().until(() -> server.counters().executions("echo") == 2);
            RawCall waits = new RawCall(gateway.gateway().url(), "sample.echo", HI, "Serai-Priority: high\r\n");
            awaitQueued(gateway, 1, 0);

            HttpResponse<String> full = gateway.post("sample.echo", HI);
            Refusals.overRest(full, 429, "too_many_requests");
            assertThat(Integer.parseInt(full.headers().firstValue("Retry-After").orElse("0")))
                    .isBetween(1, 60);
            waits.close();
            awaitQueued(gateway, 0, 0);
            Refusals.overRest(gateway.post("sample.echo", HI, "Serai-Timeout-Ms", "100"), 503, "queue_timeout");
            Refusals.inProcess(
                    gateway.call("sample.echo", HI, Map.of("CapabilityPriority", "urgent")),
                    "rejected",
                    "invalid_arguments");

            server.dials().release();
            assertThat(Callers.results(List.of(first)).get(0).statusCode()).isEqualTo(200);
            awaitIdle(gateway);
            assertThat(server.counters().executions("echo")).isEqualTo(2);
        }
    }

    @Test
    void lowPriorityEndsUnderAPermanentHighLoad() {
        try (TestGateway gateway =
                        gateway("2").setting("serai.queue.ageing", "50ms").start();
                Callers callers = new Callers(9)) {
            assertThat(untilLowEnds(gateway, callers)).containsOnly(200);
            awaitIdle(gateway);
        }
    }

    /** One call of low priority, and calls of high priority all the while; the status with which each caller ended. */
    private static List<Integer> untilLowEnds(TestGateway gateway, Callers callers) {
        AtomicBoolean lowHasEnded = new AtomicBoolean();
        return callers.callAll(number -> {
            if (number == 0) {
                int status = gateway.post("sample.slow", "{\"millis\":10}", "Serai-Priority", "low")
                        .statusCode();
                lowHasEnded.set(true);
                return status;
            }
            int status = 200;
            while (!lowHasEnded.get() && status == 200) {
                status = gateway.post("sample.slow", "{\"millis\":10}", "Serai-Priority", "high")
                        .statusCode();
            }
            return status;
        });
    }

    private TestGateway.Builder oneCallAtATime() {
        return TestGateway.in(folder)
                .capabilities(
                        "sample.yaml", Sample.declarations(server, "session: { concurrency: 1 }", "echo", "slow"));
    }

    @Test
    void forABusySessionTheHighestPriorityGoesFirst() throws Exception {
        try (TestGateway gateway =
                        oneCallAtATime().setting("serai.queue.ageing", "1h").start();
                Callers callers = new Callers(1)) {
            server.dials().holdCalls();
            List<Future<HttpResponse<String>>> calls = new ArrayList<>();
            calls.addAll(callers.start(i -> gateway.post("sample.echo", said("first"))));
            await().until(() -> server.counters().executions("echo") == 1);
            List<RawCall> waiting = new ArrayList<>();
            for (String priority : List.of("low", "low", "medium", "high")) {
                String name = priority + waiting.size();
                waiting.add(new RawCall(
                        gateway.gateway().url(), "sample.echo", said(name), "Serai-Priority: " + priority + "\r\n"));
                await().until(() -> sessionWaits(gateway) == waiting.size());
            }
            server.dials().release();

            Callers.results(calls)
                    .forEach(answer -> assertThat(answer.statusCode()).isEqualTo(200));
            for (RawCall call : waiting) {
                assertThat(call.status()).isEqualTo(200);
                call.close();
            }
            assertThat(server.requests())
                    .extracting(request -> request.body().replaceAll("(?s).*said (\\w+).*|.*", "$1"))
                    .filteredOn(name -> !name.isEmpty())
                    .containsExactly("first", "high3", "medium2", "low0", "low1");
        }
    }

    private static long sessionWaits(TestGateway gateway) {
        return gateway.get("/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("serai_session_waits_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static String said(String name) {
        return "{\"message\":\"said " + name + "\"}";
    }

    @Test
    void forABusySessionLowPriorityEndsUnderAPermanentHighLoad() {
        try (TestGateway gateway =
                        oneCallAtATime().setting("serai.queue.ageing", "50ms").start();
                Callers callers = new Callers(9)) {
            assertThat(untilLowEnds(gateway, callers)).containsOnly(200);
            awaitIdle(gateway);
            assertThat(sessionWaits(gateway)).isPositive();
        }
    }

    @Test
    void ofManyCallsHalfOfThemAbortedThoseAreCancelledAndNothingIsLeftBehind() {
        int half = 20 * 12;
        try (TestGateway gateway = gateway("10").start();
                Callers callers = new Callers(20)) {
            gateway.call("sample.echo", HI);
            int connections = ingress(gateway).connections();
            List<Integer> statuses = callers.callAll(number -> {
                int status = 200;
                for (int i = 0; i < 24 && status == 200; i++) {
                    status = i % 2 == 0
                            ? abortOnceBegun(gateway, number + "-" + i)
                            : gateway.post("sample.slow", "{\"millis\":5}").statusCode();
                }
                return status;
            });

            assertThat(statuses).containsOnly(200);
            awaitIdle(gateway);
            await().untilAsserted(() -> {
                Scraped metrics = Scraped.of(gateway);
                assertThat(metrics.sum("serai_invocations_total", "\"cancelled\""))
                        .isEqualTo(half);
                assertThat(metrics.sum("serai_invocations_total")).isEqualTo(2 * half + 1);
            });
            // A request may still lie in the server's socket.
            await().until(() -> server.counters().executions("slow") > half
                    && server.counters().abandoned() == server.counters().executions("slow") - half);
            await().until(() ->
                    server.counters().cancelled() >= server.counters().executions("slow") - half);
            await().until(() -> leasedConnections(gateway) == 0);
            assertThat(TestGateway.tree(gateway.get("/admin/sessions").body()).findValuesAsText("inUse"))
                    .containsExactly("0");
            // Those of the test's own client, which keeps at most one per caller.
            assertThat(ingress(gateway).connections()).isLessThanOrEqualTo(connections + 20);
            assertThat(server.counters().initialize()).isEqualTo(1);
        }
    }

    /** Its work takes a minute, unless the caller's hanging up ends it. */
    private static int abortOnceBegun(TestGateway gateway, String id) {
        RawCall call = new RawCall(
                gateway.gateway().url(), "sample.slow", "{\"millis\":60000}", "Serai-Request-Id: " + id + "\r\n");
        await().pollInterval(Duration.ofMillis(10)).until(() -> {
            for (JsonNode running : state(gateway).path("running")) {
                if (running.path("requestId").asText().equals(id)) {
                    return List.of("queued", "calling")
                            .contains(running.path("stage").asText());
                }
            }
            return false;
        });
        call.close();
        return 200;
    }

    private static HttpIngress ingress(TestGateway gateway) {
        return (HttpIngress) gateway.camelContext().getRegistry().lookupByName(HttpIngress.NAME);
    }

    private static int leasedConnections(TestGateway gateway) {
        HttpComponent http = gateway.camelContext().getComponent("http", HttpComponent.class);
        return ((PoolingHttpClientConnectionManager) http.getClientConnectionManager())
                .getTotalStats()
                .getLeased();
    }

    @Test
    void callsOfAHangingUpstreamAllTimeOutAndTheUpstreamIsTold() {
        int calls = 40;
        try (TestGateway gateway = gateway("20").start();
                Callers callers = new Callers(calls)) {
            gateway.call("sample.echo", HI);
            server.dials().holdCalls();
            List<Integer> statuses = new ArrayList<>(callers.callAll(i ->
                    gateway.post("sample.echo", HI, "Serai-Timeout-Ms", "4000").statusCode()));
            assertThat(statuses).hasSize(calls).allMatch(status -> status == 504 || status == 503);
            long timedOut = statuses.stream().filter(status -> status == 504).count();
            assertThat(timedOut).isGreaterThanOrEqualTo(20);
            awaitIdle(gateway);
            await().until(() -> server.counters().cancelled() >= 20);
            await().until(() -> server.counters().abandoned() >= 20);
            assertThat(server.counters().cancelled()).isLessThanOrEqualTo(timedOut);
            server.dials().release();
            assertThat(IntStream.range(0, 20)
                            .map(i -> gateway.post("sample.echo", HI).statusCode()))
                    .containsOnly(200);
        }
    }

    @Test
    void aCapabilitysOwnLimitHoldsBackNoOther() {
        try (TestGateway gateway = gateway("100")
                        .capabilities("one.yaml", """
                                capabilities:
                                  - id: one.echo
                                    metadata:
                                      mcp: { server_url: "%s", requires_session: true, tool_name: echo }
                                      policy: { max_in_flight: 1 }
                                    input_schema: { type: object }
                                """.formatted(server.uri()))
                        .start();
                Callers callers = new Callers(2);
                Callers other = new Callers(1)) {
            gateway.call("sample.echo", HI);
            server.dials().holdCalls();
            List<Future<HttpResponse<String>>> limited = callers.start(i -> gateway.post("one.echo", HI));
            await().until(() -> state(gateway).path("queued").path("medium").asInt() == 1);
            List<Future<HttpResponse<String>>> others = other.start(i -> gateway.post("sample.echo", HI));
            await("the call of the other capability")
                    .until(() -> server.counters().executions("echo") == 3);
            assertThat(state(gateway).path("queued").path("medium").asInt()).isEqualTo(1);
            server.dials().release();
            assertThat(Callers.results(others)).allMatch(answer -> answer.statusCode() == 200);
            Callers.results(limited)
                    .forEach(answer -> assertThat(answer.statusCode()).isEqualTo(200));
            awaitIdle(gateway);
        }
    }
}
