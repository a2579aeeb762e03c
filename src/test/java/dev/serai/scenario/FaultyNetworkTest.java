package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.entry.HttpIngress;
import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Half of what passes between gateway and upstream meets a fault. The system properties {@code serai.faults.seconds},
 * {@code …callers}, {@code …rate} and {@code …seed} make it a run of any size; {@code bench/faults} sets them.
 */
@Timeout(900)
class FaultyNetworkTest {
    private static final int SECONDS = Integer.getInteger("serai.faults.seconds", 0);
    private static final int CALLERS = Integer.getInteger("serai.faults.callers", 16);
    private static final double RATE = Double.parseDouble(System.getProperty("serai.faults.rate", "0.5"));
    private static final long SEED = Long.getLong("serai.faults.seed", 20_251_125);
    private static final int CALLS_EACH = 20;
    /** One key for every call with an effect. More calls than this end the test. */
    private static final int MOST_KEYS = 2_000_000;

    private static final int CONVERSATIONS = 8;
    private static final Set<String> EXPECTED_ERRORS = Set.of(
            "upstream_unavailable", "upstream_protocol_error", "upstream_error", "session_unavailable", "timeout");

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final AtomicInteger keys = new AtomicInteger();
    private final AtomicInteger completed = new AtomicInteger();

    @BeforeEach
    void startServer() {
        server.counters().countAtMost(MOST_KEYS);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    /**
     * What one caller learnt of one call.
     *
     * @param key of the side effect; empty for an idempotent call
     * @param code of the error; empty where it completed
     */
    private record Told(String key, String sentId, String answeredId, String code) {}

    private TestGateway start(FaultProxy proxy) {
        String policy = "policy: { timeout: 5s%s }\nsession: { scope: %s }";
        return TestGateway.in(folder)
                .capabilities(
                        "once.yaml",
                        Sample.declarations(
                                proxy.uri().toString(),
                                "once",
                                "true",
                                policy.formatted("", "conversation"),
                                List.of("side_effect")))
                .capabilities(
                        "again.yaml",
                        Sample.declarations(
                                proxy.uri().toString(),
                                "again",
                                "true",
                                policy.formatted(", idempotent: true", "shared"),
                                List.of("echo")))
                .setting("serai.session.open-timeout", "2s")
                .setting("serai.session.failure-backoff", "1ms")
                .setting("serai.session.failure-backoff-max", "10ms")
                .start();
    }

    private Told call(TestGateway gateway, int caller, int number) {
        String id = "c" + caller + "-" + number;
        boolean effect = number % 2 == 0;
        assertThat(effect ? keys.incrementAndGet() : 0).isLessThan(MOST_KEYS);
        HttpResponse<String> answer = effect
                ? gateway.post(
                        "once.side_effect",
                        "{\"key\":\"" + id + "\"}",
                        "Serai-Request-Id",
                        id,
                        "Serai-Conversation",
                        "v" + caller % CONVERSATIONS)
                : gateway.post("again.echo", "{\"message\":\"" + id + "\"}", "Serai-Request-Id", id);
        JsonNode body = TestGateway.tree(answer.body());
        if (answer.statusCode() == 200) {
            completed.incrementAndGet();
            assertThat(effect ? body.path("key").asText() : body.asText())
                    .as("the answer to %s", id)
                    .isEqualTo(id);
        }
        return new Told(
                effect ? id : "",
                id,
                answer.headers().firstValue("Serai-Request-Id").orElse(""),
                answer.statusCode() == 200 ? "" : body.path("code").asText("none"));
    }

    /** Until the time is over, or each has called often enough; and in any case until as many as there are callers completed. */
    private boolean goesOn(int calls, long end) {
        boolean enough = SECONDS == 0 ? calls >= CALLS_EACH : System.nanoTime() - end >= 0;
        return !enough || completed.get() < CALLERS;
    }

    private List<Told> load(TestGateway gateway) {
        List<Told> all = new ArrayList<>();
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        try (Callers callers = new Callers(CALLERS)) {
            List<List<Told>> told = callers.callAllFor(SECONDS, caller -> {
                List<Told> mine = new ArrayList<>();
                for (int i = 0; goesOn(i, end); i++) {
                    mine.add(call(gateway, caller, i));
                }
                return mine;
            });
            told.forEach(all::addAll);
        }
        return all;
    }

    @Test
    void everyCallIsAnsweredOnceNoEffectHappensTwiceAndAllIsWellAfterwards() throws IOException {
        try (FaultProxy proxy = FaultProxy.before(server.uri(), RATE, SEED)) {
            long leftOver;
            try (TestGateway gateway = start(proxy)) {
                List<Told> told = load(gateway);
                report(told, proxy);
                checkAccounts(told, proxy);
                compareWithTheGatewaysAccounts(told, Scraped.of(gateway));

                proxy.calm();
                HttpIngress ingress =
                        (HttpIngress) gateway.camelContext().getRegistry().lookupByName(HttpIngress.NAME);
                await().until(() -> ingress.requestsInProgress() == 0
                        && gateway.camelContext().getInflightRepository().size() == 0);
                compareWithTheServersAccounts(told, Scraped.of(gateway));
                await().until(() -> nothingIsHeld(gateway));
                for (int caller = 0; caller < CONVERSATIONS; caller++) {
                    int number = caller;
                    await().until(() -> call(gateway, number, 1_000_000).code().isEmpty()
                            && gateway.callIn("v" + number, "once.side_effect", "{\"key\":\"settled\"}")
                                    .completed());
                }
                for (int i = 0; i < CALLS_EACH; i++) {
                    assertThat(call(gateway, i, 2_000_000 + i).code()).isEmpty();
                }
                await().until(() -> nothingIsHeld(gateway));
                leftOver = server.openSessions();
            }
            // Those of which the gateway never heard, because the answer that named them was lost, expire there.
            assertThat(server.openSessions())
                    .isLessThanOrEqualTo(leftOver - CONVERSATIONS - 1)
                    .isLessThanOrEqualTo(proxy.cuts());
        }
    }

    private void checkAccounts(List<Told> told, FaultProxy proxy) {
        assertThat(proxy.cuts()).isPositive();
        assertThat(told).hasSizeGreaterThanOrEqualTo(SECONDS == 0 ? CALLERS * CALLS_EACH : CALLERS);
        assertThat(told).allMatch(call -> call.sentId().equals(call.answeredId()));
        assertThat(told.stream().map(Told::code).filter(code -> !code.isEmpty()))
                .isSubsetOf(EXPECTED_ERRORS);
        assertThat(told.stream().filter(call -> call.code().isEmpty())).hasSizeGreaterThanOrEqualTo(CALLERS);
        for (Told call : told) {
            long effects = call.key().isEmpty() ? 1 : server.counters().sideEffects(call.key());
            assertThat(effects).as("effects of %s", call).isLessThanOrEqualTo(1);
            if (call.code().isEmpty()) {
                assertThat(effects).as("effects of %s", call).isEqualTo(1);
            }
        }
    }

    private static void compareWithTheGatewaysAccounts(List<Told> told, Scraped metrics) {
        assertThat(metrics.sum("serai_invocations_total")).isEqualTo(told.size());
        Map<String, Double> byCode = new TreeMap<>();
        told.forEach(call -> byCode.merge(call.code().isEmpty() ? "none" : call.code(), 1.0, Double::sum));
        byCode.forEach((code, count) -> assertThat(metrics.sum("serai_invocations_total", "code=\"" + code + "\""))
                .as("calls that ended with %s", code)
                .isEqualTo(count));
    }

    /** What the server did is at least what completed, and at most what the gateway sent. */
    private void compareWithTheServersAccounts(List<Told> told, Scraped metrics) {
        long effects = told.stream()
                .filter(call -> !call.key().isEmpty())
                .mapToLong(call -> server.counters().sideEffects(call.key()))
                .sum();
        assertThat(server.counters().executions("side_effect")).isEqualTo(effects);
        assertThat(effects).isLessThanOrEqualTo((long) metrics.sum("serai_attempts_total", "\"once.side_effect\""));
        assertThat(server.counters().executions("echo"))
                .isBetween(
                        told.stream()
                                .filter(call ->
                                        call.key().isEmpty() && call.code().isEmpty())
                                .count(),
                        (long) metrics.sum("serai_attempts_total", "\"again.echo\""));
    }

    /** Permits and leases are back. */
    private static boolean nothingIsHeld(TestGateway gateway) {
        JsonNode calls = TestGateway.tree(gateway.get("/admin/invocations").body());
        JsonNode sessions = TestGateway.tree(gateway.get("/admin/sessions").body());
        return calls.path("inFlight").asInt(-1) == 0
                && calls.path("inProgress").asInt(-1) == 0
                && sessions.findValues("inUse").stream().allMatch(inUse -> inUse.asInt(-1) == 0);
    }

    private static void report(List<Told> told, FaultProxy proxy) {
        if (SECONDS > 0) {
            Map<String, Integer> outcomes = new TreeMap<>();
            told.forEach(call -> outcomes.merge(call.code().isEmpty() ? "completed" : call.code(), 1, Integer::sum));
            System.out.println(told.size() + " calls, " + proxy.cuts() + " connections cut: " + outcomes);
        }
    }
}
