package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import dev.serai.scenario.SseServer;
import dev.serai.scenario.TinyStdioServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a command, or a server over HTTP with SSE, tells of its lists and resources reaches clients. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LineChangesTest {
    private static final String LISTEN =
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"subscriptions/listen\",\"params\":{"
                    + "\"notifications\":{\"toolsListChanged\":true}," + RawMcp.MODERN_META + "}}}";

    @TempDir
    Path folder;

    private TestGateway gateway(String mcp) throws IOException {
        // A reload would tell of changed lists, too.
        return TestGateway.in(folder)
                .setting("serai.reload", "false")
                .setting("serai.stdio.tiny.command", TinyStdioServer.java())
                .setting(
                        "serai.stdio.tiny.args",
                        Json.MAPPER.writeValueAsString(TinyStdioServer.arguments(folder.resolve("starts"))))
                .capabilities("s.yaml", """
                        capabilities:
                          - { id: s.notify, metadata: { mcp: { %1$s } } }
                          - { id: s.update, metadata: { mcp: { %1$s } } }
                          - { id: s.subscribe, metadata: { mcp: { %1$s, method: resources/subscribe } } }
                        """.formatted(mcp))
                .start();
    }

    private static void isTold(TestGateway gateway) {
        String session = new RawMcp(gateway).initialize("2025-11-25");
        try (LiveStream old = LiveStream.send(gateway, "GET", "Mcp-Session-Id: " + session, "");
                LiveStream modern = LiveStream.send(
                        gateway,
                        "POST",
                        "MCP-Protocol-Version: 2026-07-28\nMcp-Method: subscriptions/listen",
                        LISTEN)) {
            old.head();
            assertThat(String.valueOf(modern.next())).contains("acknowledged");
            CallOutcome outcome = gateway.call("s.notify", "{}");
            assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();

            assertThat(String.valueOf(old.next())).contains("notifications/tools/list_changed");
            assertThat(String.valueOf(modern.next())).contains("notifications/tools/list_changed");
        }
    }

    private static void isToldOfAResource(TestGateway gateway) {
        RawMcp client = new RawMcp(gateway);
        String session = client.initialize("2025-11-25");
        try (LiveStream stream = LiveStream.send(gateway, "GET", "Mcp-Session-Id: " + session, "")) {
            stream.head();
            JsonNode subscribed = client.ask(session, "resources/subscribe", "{\"uri\":\"res://a\"}");
            assertThat(subscribed.path("result").isObject())
                    .as("%s", subscribed)
                    .isTrue();
            JsonNode called = client.ask(session, "tools/call", "{\"name\":\"s.update\",\"arguments\":{}}");
            assertThat(called.path("result").isObject()).as("%s", called).isTrue();

            assertThat(String.valueOf(stream.next())).contains("notifications/resources/updated", "res://a");
        }
    }

    @Test
    void ofACommandWithASessionAndWithout() throws IOException {
        try (TestGateway gateway = gateway("server_url: stdio:tiny, requires_session: true")) {
            isTold(gateway);
            isToldOfAResource(gateway);
        }
        try (TestGateway gateway = gateway("server_url: stdio:tiny, requires_session: false")) {
            isTold(gateway);
        }
    }

    @Test
    void ofAServerOverHttpWithSse() throws IOException {
        try (SseServer server = new SseServer()) {
            server.on("resources/subscribe", (stream, message) -> stream.result(message, "{}"));
            server.on("tools/call", (stream, message) -> {
                if (message.at("/params/name").asText().equals("update")) {
                    stream.event(
                            "message",
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"res://a\"}}");
                    stream.result(message, "{\"content\":[]}");
                    return;
                }
                stream.event("message", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
                stream.result(message, "{\"content\":[]}");
            });
            try (TestGateway gateway =
                    gateway("server_url: \"" + server.url() + "\", transport: sse, requires_session: true")) {
                isTold(gateway);
                isToldOfAResource(gateway);
            }
        }
    }
}
