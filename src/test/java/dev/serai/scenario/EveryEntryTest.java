package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
    /** Its servers know of no sessions, the gateway does. */
    private static final String CHAT = "chat";

    private static final String MODERN = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
    private static final Path ENTRIES = Path.of("routes/entry");
    /** Files of routes that lead to a capability, each entered below. */
    private static final Set<String> ENTERED =
            Set.of("jms.camel.yaml", "kafka.camel.yaml", "mcp.camel.yaml", "rest.camel.yaml");

    private final Map<String, SessionPeer> peers = new LinkedHashMap<>();
    private final ChatServer chat = new ChatServer("key");
    private final KafkaTopics topics = KafkaTopics.on(KafkaBroker.shared(), 1);
    private Broker broker;
    private JmsClient jms;
    private TestGateway gateway;
    private String mcpSession;
    private int records;

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
        builder.environment("CHAT_KEY", "key").capabilities("chat.yaml", """
                capabilities:
                  - id: peer.chat
                    metadata:
                      chat: { server_url: "%s", auth_env_var: CHAT_KEY, model: m, requires_session: true }
                """.formatted(chat.url("")));
        gateway = builder.start();
        jms = new JmsClient(broker.connections());
        HttpResponse<String> opened = mcp("""
                {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
                "capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""");
        mcpSession = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
    }

    @AfterAll
    void stop() throws Exception {
        gateway.close();
        peers.values().forEach(SessionPeer::close);
        chat.close();
        jms.close();
        broker.close();
        topics.close();
    }

    static Stream<String> providers() {
        return Stream.concat(ProviderSessionsTest.peers().map(named -> named.getName()), Stream.of(CHAT));
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

    private static String arguments(String id) {
        return id.equals("peer." + CHAT) ? "{\"prompt\":\"x\"}" : "{\"message\":\"x\"}";
    }

    private static void over(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void tool(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"result\"").doesNotContain("\"isError\":true");
    }

    private static String callTool(String id, String more) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + id
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
        List<String> called = new ArrayList<>();
        for (Map.Entry<String, Entry> entry : entries().entrySet()) {
            entry.getValue().call("peer." + provider);
            called.add(entry.getKey());
            assertThat(works(provider)).as("%s, %s", provider, called).isEqualTo(called.size());
        }
        JsonNode sessions = TestGateway.tree(
                        gateway.get("/admin/sessions?provider=" + provider).body())
                .path("sessions");
        assertThat(sessions).as(sessions.toString()).hasSize(1);
        assertThat(sessions.get(0).path("uses").asInt()).isEqualTo(called.size());
        SessionPeer peer = peers.get(provider);
        assertThat(peer == null ? 1 : peer.opened()).isEqualTo(1);
    }

    private long works(String provider) {
        SessionPeer peer = peers.get(provider);
        return peer == null ? chat.seen().size() : peer.works();
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
