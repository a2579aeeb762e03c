package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.cli.CommandLine;
import dev.serai.cli.StdioClient;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.jms.Broker;
import dev.serai.jms.JmsClient;
import dev.serai.kafka.KafkaBroker;
import dev.serai.kafka.KafkaTopics;
import jakarta.jms.Message;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No entry has a way to a provider around the session layer: what comes in anywhere is served in the one session. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class EveryEntryTest {
    private static final String MODERN = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
            + "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";
    private static final Path ENTRIES = Path.of("routes/entry");
    /** Files of routes that lead to a capability, each entered below. */
    private static final Set<String> ENTERED =
            Set.of("jms.camel.yaml", "kafka.camel.yaml", "mcp.camel.yaml", "rest.camel.yaml");

    private final Map<String, SessionPeer> peers = new LinkedHashMap<>();
    private final KafkaTopics topics = KafkaTopics.on(KafkaBroker.shared(), 1);
    private Broker broker;
    private JmsClient jms;
    private TestGateway gateway;
    private String mcpSession;
    private StdioClient stdio;
    private int records;
    private int lines;

    /** Makes one call of a capability, and fails where it does not complete. */
    private interface Entry {
        void call(String id) throws Exception;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        broker = new Broker(folder.resolve("broker"));
        TestGateway.Builder builder = TestGateway.in(folder.resolve("gateway"))
                .setting("serai.jms.enabled", "true")
                .setting("serai.jms.url", broker.url());
        topics.settings().forEach(builder::setting);
        ProviderSessionsTest.peers().forEach(named -> {
            SessionPeer peer = named.getPayload().get();
            peers.put(named.getName(), peer);
            peer.declare(builder, "peer." + named.getName(), "{ scope: shared }");
        });
        gateway = builder.start();
        peers.values().forEach(peer -> peer.watch(gateway));
        jms = new JmsClient(broker.connections());
        mcpSession = mcp(INITIALIZE).headers().firstValue("Mcp-Session-Id").orElseThrow();
        stdio = new StdioClient(gateway.gateway().url());
        stdio.say(INITIALIZE, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        stdio.answer("0");
    }

    @AfterAll
    void stop() throws Exception {
        stdio.close();
        gateway.close();
        peers.values().forEach(SessionPeer::close);
        jms.close();
        broker.close();
        topics.close();
    }

    static Stream<String> providers() {
        return ProviderSessionsTest.peers().map(named -> named.getName());
    }

    private Map<String, Entry> entries() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        entries.put("REST", id -> over(gateway.post(id, arguments(id))));
        entries.put("REST, as events", id -> {
            HttpResponse<String> answer = gateway.post(id, arguments(id), "Accept", "text/event-stream");
            assertThat(answer.body()).contains("event: result");
        });
        entries.put("/mcp in a session", id -> tool(mcp(callTool(id, ""), "Mcp-Session-Id", mcpSession)));
        entries.put(
                "/mcp without",
                id -> tool(mcp(
                        callTool(id, "," + MODERN),
                        "MCP-Protocol-Version",
                        "2026-07-28",
                        "Mcp-Method",
                        "tools/call",
                        "Mcp-Name",
                        id)));
        entries.put("JMS", id -> {
            Message reply = jms.ask(jms.text(id, arguments(id)));
            assertThat(reply.getStringProperty("CapabilityStatus")).isEqualTo("completed");
        });
        entries.put("Kafka", id -> {
            topics.call("k", id, arguments(id));
            var answers = topics.answers(++records);
            assertThat(KafkaTopics.header(answers.get(records - 1), "CapabilityStatus"))
                    .isEqualTo("completed");
        });
        entries.put("a command", id -> {
            CommandLine run = CommandLine.run("call", "--url", gateway.gateway().url(), id, arguments(id));
            assertThat(run.exitCode()).as(run.err()).isZero();
        });
        entries.put("a client on stdio", id -> {
            stdio.say(callTool(++lines, id, ""));
            assertThat(stdio.answer(Integer.toString(lines)).path("result").has("content"))
                    .isTrue();
        });
        entries.put("a Camel route", id -> {
            CallOutcome outcome = gateway.call(id, arguments(id));
            assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        });
        entries.put("a Camel route that delivers", id -> {
            var done = gateway.camelContext()
                    .createProducerTemplate()
                    .request("direct:deliver-invocation", exchange -> {
                        exchange.getMessage().setBody(arguments(id));
                        exchange.getMessage().setHeader("CapabilityId", id);
                    });
            assertThat(done.getMessage().getHeader("CapabilityStatus")).isEqualTo("completed");
        });
        return entries;
    }

    private String arguments(String id) {
        return Objects.requireNonNull(peers.get(id.substring("peer.".length()))).arguments();
    }

    private static void over(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void tool(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"result\"").doesNotContain("\"isError\":true");
    }

    private String callTool(String id, String more) {
        return callTool(1, id, more);
    }

    private String callTool(int request, String id, String more) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + request + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + id
                + "\",\"arguments\":" + arguments(id) + more + "}}";
    }

    private HttpResponse<String> mcp(String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(gateway.gateway().url() + "/mcp"))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request.build());
    }

    @ParameterizedTest
    @MethodSource("providers")
    void everyEntryCallsTheProviderInTheSessionThatIsThere(String provider) throws Exception {
        SessionPeer peer = Objects.requireNonNull(peers.get(provider));
        List<String> called = new ArrayList<>();
        for (Map.Entry<String, Entry> entry : entries().entrySet()) {
            entry.getValue().call("peer." + provider);
            called.add(entry.getKey());
            assertThat(peer.works()).as("%s, %s", provider, called).isEqualTo(called.size());
        }
        JsonNode sessions = TestGateway.tree(
                        gateway.get("/admin/sessions?provider=" + provider).body())
                .path("sessions");
        assertThat(sessions).as(sessions.toString()).hasSize(1);
        assertThat(sessions.get(0).path("uses").asInt()).isEqualTo(called.size());
        assertThat(peer.opened()).isEqualTo(1);
    }

    @Test
    void noEntryIsForgottenHere() throws IOException {
        Set<String> leading = new TreeSet<>();
        try (Stream<Path> files = Files.list(ENTRIES)) {
            for (Path file : files.toList()) {
                String text = Files.readString(file);
                if (text.contains("direct:invoke-capability") || text.contains("direct:deliver-invocation")) {
                    leading.add(file.getFileName().toString());
                }
            }
        }
        assertThat(leading).isEqualTo(ENTERED);
    }
}
