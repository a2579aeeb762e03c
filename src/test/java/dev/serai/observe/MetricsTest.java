package dev.serai.observe;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MetricsTest extends SampleFixture {
    private static final Path DOCUMENT = Path.of("docs/operations.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| (\\w+) \\|([^|]*)\\| [^|]+ \\|$");
    private static final String HI = "{\"message\":\"hi\"}";

    private TestGateway.Builder gateway() {
        return declaring("echo", "fail");
    }

    @Test
    void everyMetricIsDocumentedAndEveryDocumentedMetricIsThere() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(DOCUMENT));
        while (row.find()) {
            documented.put(row.group(1), row.group(2) + " " + row.group(3).replaceAll("[` ]", ""));
        }
        // Their brokers are not there, which their metrics do not wait for.
        try (TestGateway gateway = gateway()
                .setting("serai.jms.enabled", "true")
                .setting("serai.jms.url", "tcp://127.0.0.1:1")
                .setting("serai.kafka.enabled", "true")
                .setting("serai.kafka.bootstrap-servers", "127.0.0.1:1")
                .start()) {
            gateway.call("s.echo", HI);
            gateway.call("s.fail", "{}");
            server.close();
            gateway.call("s.echo", HI);
            Scraped scraped = Scraped.of(gateway);
            Map<String, String> found = new TreeMap<>();
            scraped.types().forEach((name, type) -> found.put(name, type + " " + scraped.labels(name)));

            assertThat(found).hasSizeGreaterThan(15).isEqualTo(documented);
        }
    }

    @Test
    void everyMetricThatThePageSpeaksOfIsInItsTable() throws IOException {
        String page = Files.readString(DOCUMENT);
        List<String> rows = ROW.matcher(page).results().map(row -> row.group(1)).toList();
        List<String> mentioned = Pattern.compile("\\b(?:serai|jvm|process)_[a-z_]+")
                .matcher(page)
                .results()
                .map(name -> name.group().replaceFirst("_(bucket|count|sum)$", ""))
                .distinct()
                .toList();

        assertThat(mentioned).hasSizeGreaterThan(20);
        assertThat(rows).containsAll(mentioned);
    }

    @Test
    void callsAreCountedByCapabilityStatusAndCode() {
        try (TestGateway gateway = gateway().start()) {
            gateway.post("s.echo", HI);
            gateway.call("s.echo", HI);
            gateway.call("s.fail", "{}");
            gateway.call("s.echo", "[]");
            Scraped scraped = Scraped.of(gateway);

            assertThat(scraped.sum("serai_invocations_total", "s.echo", "completed", "code=\"none\""))
                    .isEqualTo(2);
            assertThat(scraped.sum("serai_invocations_total", "s.fail", "failed", "tool_error"))
                    .isEqualTo(1);
            assertThat(scraped.sum("serai_invocations_total", "s.echo", "rejected", "invalid_arguments"))
                    .isEqualTo(1);
            assertThat(scraped.sum("serai_invocation_duration_seconds_count", "s.echo"))
                    .isEqualTo(3);
            assertThat(scraped.sum("serai_attempts_total", "s.echo")).isEqualTo(2);
            assertThat(scraped.sum("serai_replays_total", "s.echo")).isZero();
        }
    }

    @Test
    void callsInProgressAreSeenWhileTheyAre() {
        server.dials().holdCalls();
        try (TestGateway gateway = gateway().start()) {
            CompletableFuture<CallOutcome> call =
                    CompletableFuture.supplyAsync(() -> gateway.call("s.echo", HI), task -> new Thread(task).start());
            await().until(() -> server.counters().calls() == 1);
            assertThat(Scraped.of(gateway).sum("serai_invocations_running")).isEqualTo(1);
            server.dials().release();
            assertThat(call.join().completed()).isTrue();
            assertThat(Scraped.of(gateway).sum("serai_invocations_running")).isZero();
        }
    }

    @Test
    void aSessionLostAndRenewedIsSeenInReplaysAndCauses() {
        try (TestGateway gateway = gateway().start()) {
            gateway.call("s.echo", HI);
            server.expireAllSessions();
            assertThat(gateway.call("s.echo", HI).completed()).isTrue();
            Scraped scraped = Scraped.of(gateway);

            assertThat(scraped.sum("serai_replays_total", "s.echo")).isEqualTo(1);
            assertThat(scraped.sum("serai_session_opens_total", "cause=\"cold\""))
                    .isEqualTo(1);
            assertThat(scraped.sum("serai_session_opens_total", "cause=\"lost\""))
                    .isEqualTo(1);
            assertThat(scraped.sum("serai_session_closes_total", "cause=\"lost\""))
                    .isEqualTo(1);
            assertThat(scraped.sum("serai_sessions")).isEqualTo(1);
        }
    }

    @Test
    void whatACallerMakesUpIsNoLabel() {
        try (TestGateway gateway = gateway().start()) {
            gateway.call("s.invented", HI);
            gateway.post("s.made-up", HI);
            Scraped scraped = Scraped.of(gateway);

            assertThat(scraped.sum("serai_invocations_total", "capability=\"unknown\"", "unknown_capability"))
                    .isEqualTo(2);
            assertThat(scraped.text()).doesNotContain("invented", "made-up");
        }
    }

    @Test
    void beyondTheLimitCapabilitiesShareALabel() {
        try (TestGateway gateway =
                gateway().setting("serai.metrics.capabilities", "1").start()) {
            gateway.call("s.echo", HI);
            gateway.call("s.fail", "{}");
            gateway.call("s.echo", HI);
            Scraped scraped = Scraped.of(gateway);

            assertThat(scraped.sum("serai_invocations_total", "s.echo")).isEqualTo(2);
            assertThat(scraped.sum("serai_invocations_total", "capability=\"other\""))
                    .isEqualTo(1);
            assertThat(scraped.text()).doesNotContain("s.fail");
        }
    }

    @Test
    void capabilitiesThatAReloadTakesAwayLeaveTheirPlacesToOthers() throws IOException {
        try (TestGateway gateway =
                gateway().setting("serai.metrics.capabilities", "1").start()) {
            gateway.call("s.fail", "{}");
            gateway.call("s.echo", HI);
            assertThat(Scraped.of(gateway).text()).contains("s.fail").doesNotContain("s.echo");

            Path file = folder.resolve("capabilities/s.yaml");
            Files.writeString(
                    file,
                    Files.readString(file)
                            .lines()
                            .filter(line -> !line.contains("s.fail"))
                            .collect(joining("\n")));
            await().until(() -> !Scraped.of(gateway).text().contains("s.fail"));
            gateway.call("s.echo", HI);
            gateway.call("s.echo", HI);
            Scraped scraped = Scraped.of(gateway);
            assertThat(scraped.sum("serai_invocations_total", "capability=\"s.echo\""))
                    .isEqualTo(2);
            assertThat(scraped.sum("serai_invocation_duration_seconds_count", "s.echo"))
                    .isEqualTo(2);
        }
    }

    @Test
    void readingChangesNoCount() {
        try (TestGateway gateway = gateway().start()) {
            gateway.call("s.echo", HI);
            Scraped first = Scraped.of(gateway);
            Scraped second = Scraped.of(gateway);

            assertThat(first.text()).contains("serai_invocations_total");
            assertThat(own(second)).isEqualTo(own(first));
        }
    }

    /** What the JVM says of itself changes with time, and so do the clients' connections. */
    private static String own(Scraped scraped) {
        return String.join(
                "\n",
                scraped.text()
                        .lines()
                        .filter(line -> !line.matches("(jvm|process|serai_http)_.*"))
                        .toList());
    }

    @Test
    void openMetricsIsGivenWhereItIsAskedFor() {
        try (TestGateway gateway = gateway().start()) {
            HttpResponse<String> open = gateway.send(
                    HttpRequest.newBuilder(URI.create(gateway.gateway().url() + "/observe/metrics"))
                            .header("Accept", "application/openmetrics-text; version=1.0.0, text/plain; q=0.5")
                            .build());
            HttpResponse<String> plain = gateway.get("/observe/metrics");

            assertThat(open.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text");
            assertThat(open.body()).endsWith("# EOF\n");
            assertThat(plain.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
            assertThat(plain.body()).doesNotContain("# EOF");
        }
    }
}
