package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.ErrorCode;
import dev.serai.sample.AnswerForm;
import dev.serai.session.ServerState;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HealthTest extends SampleFixture {
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: %s, requires_session: true }
            capabilities:
              - { id: s.echo, metadata: { mcp: { tool_name: echo } } }
              - { id: s.slow, metadata: { mcp: { tool_name: slow } } }
              - { id: s.brief, metadata: { mcp: { tool_name: slow }, policy: { timeout: 300ms } } }
              - { id: t.idle, metadata: { mcp: { server_url: "https://secret@idle.example.org/mcp?key=secret" } } }
              - { id: u.idle, metadata: { mcp: { server_url: "https://idle.example.org/mcp?key=secret" } } }
            """;
    private static final String HI = "{\"message\":\"hi\"}";

    private TestGateway gateway() {
        return TestGateway.in(folder)
                .capabilities("s.yaml", DECLARATIONS.formatted(server.uri()))
                .setting("serai.session.failure-backoff", "0ms")
                .start();
    }

    private static JsonNode health(TestGateway gateway) {
        HttpResponse<String> answer = gateway.get("/observe/health");
        assertThat(answer.statusCode()).isEqualTo(200);
        return TestGateway.tree(answer.body());
    }

    private JsonNode own(JsonNode health) {
        return named(health, server.uri().getHost() + ":" + server.uri().getPort());
    }

    private static JsonNode named(JsonNode health, String name) {
        for (JsonNode upstream : health.path("upstreams")) {
            if (upstream.path("server").asText().equals(name)) {
                return upstream;
            }
        }
        throw new AssertionError(name + " is not in " + health);
    }

    @Test
    void aServerThatNobodyCalledIsUnknownAndNoSecretOfItsAddressIsShown() {
        try (TestGateway gateway = gateway()) {
            JsonNode health = health(gateway);

            assertThat(health.path("status").asText()).isEqualTo("UP");
            assertThat(own(health).path("status").asText()).isEqualTo("unknown");
            assertThat(named(health, "idle.example.org").path("status").asText())
                    .isEqualTo("unknown");
            assertThat(health.path("upstreams")).hasSize(2);
            assertThat(health.toString()).doesNotContain("secret");
        }
    }

    @Test
    void askingSendsNothing() {
        try (TestGateway gateway = gateway()) {
            health(gateway);
            gateway.get("/observe/health/ready");
            gateway.get("/observe/health/live");
            gateway.get("/observe/metrics");

            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aServerIsUpOnceItAnsweredAndFailingOnceItIsGone() {
        try (TestGateway gateway = gateway()) {
            gateway.call("s.echo", HI);
            assertThat(own(health(gateway)).path("status").asText()).isEqualTo("up");
            assertThat(own(health(gateway)).path("sessions").asInt()).isEqualTo(1);

            server.close();
            gateway.call("s.echo", HI);
            JsonNode health = health(gateway);
            assertThat(health.path("status").asText()).isEqualTo("DEGRADED");
            assertThat(own(health).path("status").asText()).isEqualTo("failing");
            assertThat(own(health).path("lastError").asText()).isEqualTo("upstream_unavailable");
            assertThat(own(health).path("failingForSeconds").isNumber()).isTrue();
            assertThat(Scraped.of(gateway).sum("serai_upstream_failing")).isEqualTo(1);
        }
    }

    @Test
    void aServerThatRecoversIsUpAgain() {
        try (TestGateway gateway = gateway()) {
            server.dials().initializeStatus(503);
            gateway.call("s.echo", HI);
            JsonNode failing = health(gateway);
            assertThat(own(failing).path("status").asText()).isEqualTo("failing");
            assertThat(own(failing).path("lastError").asText()).isEqualTo("upstream_error");

            server.dials().initializeStatus(200);
            assertThat(gateway.call("s.echo", HI).completed()).isTrue();
            assertThat(own(health(gateway)).path("status").asText()).isEqualTo("up");
            assertThat(health(gateway).path("status").asText()).isEqualTo("UP");
        }
    }

    @Test
    void deadlinesOfCallersMakeNoServerAFailingOneButThoseOfTheDeclarationDo() {
        try (TestGateway gateway = gateway()) {
            gateway.call("s.echo", HI);
            server.dials().holdCalls();
            for (int i = 1; i <= 5; i++) {
                // Until each has got there: a shorter one says nothing at all.
                int reached = i;
                await().until(() -> {
                    gateway.call("s.slow", "{}", Map.of("CapabilityTimeoutMs", "300"));
                    return Scraped.of(gateway).sum("serai_upstream_failures_total", "timeout") >= reached;
                });
            }
            assertThat(own(health(gateway)).path("status").asText()).isEqualTo("up");
            assertThat(health(gateway).path("status").asText()).isEqualTo("UP");

            await().until(() -> {
                gateway.call("s.brief", "{}");
                return own(health(gateway)).path("status").asText().equals("failing");
            });
            assertThat(own(health(gateway)).path("lastError").asText()).isEqualTo("timeout");
        }
    }

    @Test
    void answersThatAreNoneMakeAServerAFailingOneUntilItAnswersAgain() {
        try (TestGateway gateway = gateway()) {
            gateway.call("s.echo", HI);
            for (AnswerForm form : List.of(AnswerForm.HTML, AnswerForm.NOT_JSON_RPC, AnswerForm.SSE_TRUNCATED)) {
                server.dials().answerAs(form);
                gateway.call("s.echo", HI);
                JsonNode first = own(health(gateway));
                assertThat(first.path("status").asText()).as("%s", form).isEqualTo("failing");
                assertThat(first.path("lastError").asText()).isEqualTo("upstream_protocol_error");

                server.dials().answerAs(AnswerForm.RPC_ERROR);
                gateway.call("s.echo", HI);
                assertThat(own(health(gateway)).path("status").asText())
                        .as("an error is an answer")
                        .isEqualTo("up");
            }
            server.dials().answerAs(AnswerForm.USUAL);
            assertThat(gateway.call("s.echo", HI).completed()).isTrue();
            assertThat(own(health(gateway)).path("status").asText()).isEqualTo("up");
            assertThat(Scraped.of(gateway).sum("serai_upstream_failures_total", "upstream_protocol_error"))
                    .isEqualTo(3);
        }
    }

    @Test
    void aStoreThatCannotBeUsedDegradesTheGateway() {
        try (TestGateway gateway = TestGateway.in(folder)
                .capabilities("s.yaml", DECLARATIONS.formatted(server.uri()))
                .setting("serai.store", "redis")
                .setting("serai.store.redis-url", "redis://127.0.0.1:1")
                .environment("SERAI_STORE_KEY", Base64.getEncoder().encodeToString(new byte[32]))
                .start()) {
            assertThat(gateway.call("s.echo", HI).completed()).isTrue();
            await().until(() -> health(gateway).path("store").asText().equals("DEGRADED"));
            assertThat(health(gateway).path("status").asText()).isEqualTo("DEGRADED");
        }
    }

    @Test
    void whatIsNotTheServersDoingMakesItNoFailingOne() {
        Upstreams upstreams = new Upstreams(new Metrics());
        Health health = new Health(upstreams, Set::of, List::of);
        upstreams.failed("http://a.example.org/", ErrorCode.INVALID_ARGUMENTS);
        assertThat(health.describe(true).path("status").asText()).isEqualTo("UP");

        upstreams.failed("http://a.example.org/", ErrorCode.UPSTREAM_UNAVAILABLE);
        assertThat(health.describe(true).path("status").asText()).isEqualTo("DEGRADED");
        assertThat(health.describe(false).path("status").asText()).isEqualTo("DOWN");
    }

    @Test
    void troubleThatIsLongAgoIsNoTroubleAndAServerThatNobodyNamesIsShownNoMore() {
        AtomicLong later = new AtomicLong();
        Upstreams upstreams = new Upstreams(new Metrics());
        Health health =
                new Health(upstreams, () -> Set.of("a.example.org"), List::of, () -> System.nanoTime() + later.get());
        upstreams.failed("http://a.example.org/", ErrorCode.UPSTREAM_UNAVAILABLE);
        upstreams.failed("http://gone.example.org/", ErrorCode.UPSTREAM_UNAVAILABLE);
        assertThat(health.describe(true).path("status").asText()).isEqualTo("DEGRADED");
        assertThat(health.describe(true).path("upstreams")).hasSize(2);

        later.set(Duration.ofMinutes(11).toNanos());
        JsonNode after = health.describe(true);
        assertThat(after.path("status").asText()).isEqualTo("UP");
        assertThat(after.path("upstreams")).hasSize(1);
        assertThat(named(after, "a.example.org").path("status").asText()).isEqualTo("unknown");
    }

    @Test
    void aServerThatAReloadTakesOutOfTheDeclarationsIsForgottenWithItsMeters() throws Exception {
        try (TestGateway gateway = TestGateway.in(folder)
                .capabilities("s.yaml", DECLARATIONS.formatted(server.uri()))
                .capabilities("gone.yaml", """
                        capabilities:
                          - id: gone.echo
                            metadata: { mcp: { server_url: "http://127.0.0.1:1/mcp", requires_session: true, tool_name: echo } }
                        """)
                .setting("serai.session.failure-backoff", "0ms")
                .start()) {
            gateway.call("gone.echo", HI);
            gateway.call("s.echo", HI);
            assertThat(named(health(gateway), "127.0.0.1:1").path("status").asText())
                    .isEqualTo("failing");
            assertThat(Scraped.of(gateway).text()).contains("server=\"127.0.0.1:1\"", "gone.echo");

            Files.delete(folder.resolve("capabilities/gone.yaml"));
            await().until(() -> !Scraped.of(gateway).text().contains("gone.echo"));
            assertThat(Scraped.of(gateway).sum("serai_upstream_responses_total"))
                    .isPositive();
            assertThat(Scraped.of(gateway).sum("serai_upstream_failures_total")).isZero();
        }
    }

    @Test
    void oneDeadlineAfterRefusedConnectionsMakesNoServerAHealthyOne() {
        Upstreams upstreams = new Upstreams(new Metrics());
        Health health = new Health(upstreams, Set::of, List::of);
        upstreams.failed("http://a.example.org/", ErrorCode.UPSTREAM_UNAVAILABLE);
        upstreams.failed("http://a.example.org/", ErrorCode.TIMEOUT);
        assertThat(health.describe(true).path("status").asText()).isEqualTo("DEGRADED");

        upstreams.answered("http://a.example.org/", 200);
        assertThat(health.describe(true).path("status").asText()).isEqualTo("DEGRADED");
        upstreams.understood("http://a.example.org/");
        upstreams.failed("http://a.example.org/", ErrorCode.TIMEOUT);
        upstreams.failed("http://a.example.org/", ErrorCode.TIMEOUT);
        assertThat(health.describe(true).path("status").asText()).isEqualTo("UP");
        upstreams.failed("http://a.example.org/", ErrorCode.TIMEOUT);
        assertThat(health.describe(true).path("status").asText()).isEqualTo("DEGRADED");
    }

    @Test
    void aServerWithWhichNoSessionCanBeOpenedFailsInTheMetricsAsInHealth() {
        Metrics metrics = new Metrics();
        ServerState refusing =
                new ServerState("mcp", "http://a.example.org", 0, Duration.ofSeconds(5), ErrorCode.SESSION_UNAVAILABLE);
        Health health = new Health(new Upstreams(metrics), () -> Set.of("b.example.org"), () -> List.of(refusing));
        health.measure(metrics);
        Scraped scraped = new Scraped(metrics.scrape("").text());

        assertThat(named(health.describe(true), "a.example.org").path("status").asText())
                .isEqualTo("failing");
        assertThat(scraped.sum("serai_upstream_failing", "a.example.org")).isEqualTo(1);
        assertThat(scraped.text()).contains("serai_upstream_failing{server=\"b.example.org\"} 0");
    }

    @Test
    void beyondAThousandServersShareAName() {
        Metrics metrics = new Metrics();
        Upstreams upstreams = new Upstreams(metrics);
        for (int i = 0; i < 1_010; i++) {
            upstreams.answered("http://host" + i + ".example.org/", 200);
            upstreams.understood("http://host" + i + ".example.org/");
        }
        Scraped scraped = new Scraped(metrics.scrape("").text());

        assertThat(scraped.sum("serai_upstream_responses_total", "server=\"other\""))
                .isEqualTo(10);
        assertThat(scraped.sum("serai_upstream_responses_total")).isEqualTo(1_010);
        JsonNode health = new Health(upstreams, Set::of, List::of).describe(true);
        assertThat(health.path("upstreams")).hasSize(200);
        assertThat(health.path("upstreamsNotShown").asInt()).isEqualTo(801);
    }

    @Test
    void upstreamAnswersAreCountedByServerAndClass() {
        try (TestGateway gateway = gateway()) {
            gateway.call("s.echo", HI);
            server.dials().nextStatuses(500);
            gateway.call("s.echo", HI);
            Scraped scraped = Scraped.of(gateway);

            String label =
                    "server=\"" + server.uri().getHost() + ":" + server.uri().getPort() + "\"";
            assertThat(scraped.sum("serai_upstream_responses_total", label, "5xx"))
                    .isEqualTo(1);
            assertThat(scraped.sum("serai_upstream_responses_total", label, "2xx"))
                    .isGreaterThanOrEqualTo(3);
        }
    }
}
