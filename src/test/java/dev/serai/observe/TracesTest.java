package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.RecordedRequest;
import dev.serai.sample.SampleMcpServer;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TracesTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: %s, requires_session: true }
            capabilities:
              - { id: s.echo, metadata: { mcp: { tool_name: echo } } }
              - { id: s.fail, metadata: { mcp: { tool_name: fail } } }
            """;
    private static final String HI = "{\"message\":\"an argument\"}";
    private static final String OVER_MCP =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"s.echo\",\"arguments\":%s,"
                    + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}%s}}}";
    private static final String CALLER = "b7ad6b7169203331";

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final List<String> collected = new CopyOnWriteArrayList<>();
    private HttpServer collector;

    @BeforeEach
    void startServers() throws IOException {
        server.start();
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            try (exchange) {
                collected.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        collector.start();
    }

    @AfterEach
    void stopServers() {
        server.close();
        collector.stop(0);
    }

    private TestGateway.Builder gateway() {
        return TestGateway.in(folder).capabilities("s.yaml", DECLARATIONS.formatted(server.uri()));
    }

    private TestGateway.Builder traced() {
        return gateway()
                .setting(
                        "serai.trace.otlp-endpoint",
                        "http://127.0.0.1:" + collector.getAddress().getPort());
    }

    private static String newTrace() {
        return "%016x%016x"
                .formatted(
                        ThreadLocalRandom.current().nextLong(),
                        ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
    }

    private static String parent(String trace) {
        return "00-" + trace + "-" + CALLER + "-01";
    }

    private RecordedRequest lastCall() {
        return server.requests().stream()
                .filter(request -> request.body().contains("tools/call"))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private static String meta(RecordedRequest request, String name) {
        return TestGateway.tree(request.body()).at("/params/_meta/" + name).asText();
    }

    @Test
    void aCallIsOneTraceFromItsEntryToItsUpstream() {
        String trace = newTrace();
        try (TestGateway gateway = traced().start()) {
            gateway.post("s.echo", HI, "traceparent", parent(trace), "tracestate", "vendor=7");
            List<SpanData> spans = CollectedSpans.trace(trace, 3);

            assertThat(spans.get(0).getParentSpanId()).isEqualTo(CALLER);
            assertThat(spans.get(1).getParentSpanId()).isEqualTo(spans.get(0).getSpanId());
            assertThat(spans.get(2).getParentSpanId()).isEqualTo(spans.get(1).getSpanId());
            String out = "00-" + trace + "-" + spans.get(2).getSpanId() + "-01";
            assertThat(lastCall().header("traceparent")).isEqualTo(out);
            assertThat(lastCall().header("tracestate")).isEqualTo("vendor=7");
            assertThat(meta(lastCall(), "traceparent")).isEqualTo(out);
            assertThat(meta(lastCall(), "tracestate")).isEqualTo("vendor=7");
        }
    }

    /** The trace that the upstream is told of, of a call at {@code /mcp} with this {@code _meta} and this header. */
    private String told(TestGateway gateway, String meta, String header) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(gateway.gateway().url() + "/mcp"))
                .headers("Content-Type", "application/json", "Accept", "application/json, text/event-stream")
                .headers("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "s.echo")
                .POST(HttpRequest.BodyPublishers.ofString(OVER_MCP.formatted(HI, meta)));
        if (!header.isEmpty()) {
            request.header("traceparent", header);
        }
        HttpResponse<String> answer = gateway.send(request.build());
        assertThat(answer.body()).contains("\"resultType\":\"complete\"").doesNotContain("isError\":true");
        return meta(lastCall(), "traceparent") + " " + meta(lastCall(), "tracestate");
    }

    @Test
    void aClientOfMcpSaysItsTraceInTheMessageElseInTheHead() {
        String trace = newTrace();
        String other = newTrace();
        try (TestGateway gateway = gateway().start()) {
            String meta = ",\"traceparent\":\"" + parent(trace) + "\",\"tracestate\":\"vendor=7\"";

            assertThat(told(gateway, meta, "")).isEqualTo(parent(trace) + " vendor=7");
            assertThat(told(gateway, meta, parent(other))).isEqualTo(parent(trace) + " vendor=7");
            assertThat(told(gateway, "", parent(other))).isEqualTo(parent(other) + " ");
            assertThat(told(gateway, ",\"traceparent\":\"" + parent(trace) + "\\r\\nX: 1\"", ""))
                    .isEqualTo(" ");
            assertThat(told(gateway, ",\"traceparent\":7", "")).isEqualTo(" ");
        }
        try (TestGateway gateway = traced().start()) {
            told(gateway, ",\"traceparent\":\"" + parent(trace) + "\"", "");
            assertThat(CollectedSpans.trace(trace, 2).get(0).getParentSpanId()).isEqualTo(CALLER);
        }
    }

    @Test
    void theTraceInTheOperationsPageIsTheOneThatACallMakes() throws IOException {
        String trace = newTrace();
        try (TestGateway gateway = traced().start()) {
            gateway.post("s.echo", HI);
            gateway.post("s.echo", HI, "traceparent", parent(trace), "Serai-Request-Id", "req-7");

            String tree = CollectedSpans.tree(CollectedSpans.trace(trace, 3));
            assertThat(tree.lines()).hasSize(3);
            assertThat(Files.readString(Path.of("docs/operations.md"))).contains(tree);
        }
    }

    @Test
    void callsOfManyTracesShareOneSessionWhoseOpeningIsInNone() {
        String one = newTrace();
        String two = newTrace();
        try (TestGateway gateway = traced().start()) {
            gateway.post("s.echo", HI, "traceparent", parent(one));
            assertThat(lastCall().header("traceparent")).contains(one);
            gateway.post("s.echo", HI, "traceparent", parent(two));
            assertThat(lastCall().header("traceparent")).contains(two);
        }
        assertThat(server.counters().initialize()).isEqualTo(1);
        assertThat(server.requests())
                .filteredOn(request -> request.body().contains("initialize"))
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.header("traceparent")).isEmpty());
    }

    @Test
    void aWaitForATurnIsSeenBetweenTwoEvents() {
        String waited = newTrace();
        String refused = newTrace();
        server.dials().holdCalls();
        try (TestGateway gateway =
                traced().setting("serai.limits.in-flight", "1").start()) {
            Thread first = new Thread(() -> gateway.call("s.echo", HI));
            first.start();
            await().until(() -> server.counters().calls() == 1);
            Thread second = new Thread(() -> gateway.post("s.echo", HI, "traceparent", parent(waited)));
            second.start();
            await().until(() -> Scraped.of(gateway).sum("serai_queue_depth") == 1);
            gateway.call("s.echo", HI, Map.of("CapabilityTimeoutMs", "50", "traceparent", parent(refused)));
            server.dials().release();

            assertThat(events(CollectedSpans.trace(waited, 3).get(1))).containsExactly("queued", "admitted");
            SpanData whole = CollectedSpans.trace(refused, 1).get(0);
            assertThat(events(whole)).containsExactly("queued");
            assertThat(whole.getStatus().getDescription()).isEqualTo("queue_timeout");
        }
    }

    private static List<String> events(SpanData span) {
        return span.getEvents().stream().map(event -> event.getName()).toList();
    }

    @Test
    void aCallThatEndsWithoutAnAnswerEndsItsTraceAndGivesItsPermitBack() throws Exception {
        String trace = newTrace();
        try (TestGateway gateway = traced().start()) {
            Exchange exchange = new DefaultExchange(gateway.camelContext());
            exchange.getMessage().setHeader("CapabilityId", "s.echo");
            exchange.getMessage().setHeader("traceparent", parent(trace));
            exchange.getMessage().setBody(HI);
            for (String step : List.of("receiveInvocation", "prepareInvocation", "admitInvocation")) {
                gateway.camelContext()
                        .getRegistry()
                        .lookupByNameAndType(step, Processor.class)
                        .process(exchange);
            }
            assertThat(exchange.getException()).isNull();
            assertThat(Scraped.of(gateway).sum("serai_invocations_running")).isEqualTo(1);
            assertThat(Scraped.of(gateway).sum("serai_in_flight")).isEqualTo(1);

            UnitOfWorkHelper.doneSynchronizations(
                    exchange, exchange.getExchangeExtension().handoverCompletions());
            assertThat(events(CollectedSpans.trace(trace, 1).get(0))).containsExactly("admitted");
            assertThat(Scraped.of(gateway).sum("serai_invocations_running")).isZero();
            assertThat(Scraped.of(gateway).sum("serai_in_flight")).isZero();
        }
    }

    @Test
    void aReplayIsAnAttemptOfItsOwnAndAFailureIsTold() {
        String replayed = newTrace();
        String failed = newTrace();
        try (TestGateway gateway = traced().start()) {
            gateway.call("s.echo", HI);
            server.expireAllSessions();
            gateway.post("s.echo", HI, "traceparent", parent(replayed));
            gateway.post("s.fail", "{}", "traceparent", parent(failed));

            List<SpanData> spans = CollectedSpans.trace(replayed, 4);
            assertThat(spans.get(2).getStatus().getDescription()).isEqualTo("replayed");
            assertThat(spans.get(3).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(lastCall().body()).contains("fail");
            assertThat(CollectedSpans.trace(failed, 3).get(1).getStatus().getDescription())
                    .isEqualTo("tool_error");
        }
    }

    @Test
    void noSpanHoldsAnArgument() {
        String trace = newTrace();
        try (TestGateway gateway = traced().start()) {
            gateway.post("s.echo", HI, "traceparent", parent(trace));

            assertThat(CollectedSpans.trace(trace, 3).toString()).doesNotContain("an argument");
        }
    }

    @Test
    void spansReachTheCollectorAtTheLatestWhenTheGatewayStops() {
        try (TestGateway gateway = traced().start()) {
            gateway.post("s.echo", HI);
        }
        await().until(() -> collected.stream().anyMatch(body -> body.contains("invoke") && body.contains("attempt")));
    }

    @Test
    void aCollectorThatIsAwayCostsNoCall() {
        collector.stop(0);
        try (TestGateway gateway = traced().start()) {
            assertThat(gateway.post("s.echo", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whereTheCallerDoesNotSayTheShareDecides() {
        try (TestGateway gateway =
                traced().setting("serai.trace.sample-percent", "0").start()) {
            gateway.post("s.echo", HI);
            assertThat(lastCall().header("traceparent")).endsWith("-00");
            String trace = newTrace();
            gateway.post("s.echo", HI, "traceparent", parent(trace));
            assertThat(CollectedSpans.trace(trace, 3)).hasSize(3);
        }
    }

    @Test
    void withoutACollectorTheCallersContextGoesOnUnchanged() {
        String trace = newTrace();
        try (TestGateway gateway = gateway().start()) {
            gateway.post("s.echo", HI, "traceparent", parent(trace), "tracestate", "vendor=7");
            assertThat(lastCall().header("traceparent")).isEqualTo(parent(trace));
            assertThat(lastCall().header("tracestate")).isEqualTo("vendor=7");
            assertThat(meta(lastCall(), "traceparent")).isEqualTo(parent(trace));

            gateway.call("s.echo", HI, Map.of("traceparent", parent(trace)));
            assertThat(lastCall().header("traceparent")).isEqualTo(parent(trace));

            gateway.post("s.echo", HI, "traceparent", "00-made-up-01", "tracestate", "vendor=7");
            assertThat(lastCall().header("traceparent")).isEmpty();
            assertThat(lastCall().header("tracestate")).isEmpty();
            assertThat(lastCall().body()).doesNotContain("_meta");
        }
    }

    @Test
    void theContextDoesNotComeBackToTheCaller() {
        try (TestGateway gateway = traced().start()) {
            HttpResponse<String> answer = gateway.post("s.echo", HI, "traceparent", parent(newTrace()));
            assertThat(answer.headers().map()).doesNotContainKeys("traceparent", "tracestate");
        }
    }

    @Test
    void anEndpointThatIsNoUrlStopsTheStart() {
        assertThatThrownBy(() -> gateway()
                        .setting("serai.trace.otlp-endpoint", "collector:4318")
                        .start())
                .hasRootCauseMessage(
                        "serai.trace.otlp-endpoint = 'collector:4318': expected an http or https URL, or none");
    }
}
