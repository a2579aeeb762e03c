package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Capability;
import dev.serai.credential.Credential;
import dev.serai.credential.CredentialRef;
import dev.serai.gateway.TestGateway;
import dev.serai.gateway.TestHttp;
import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalRequest;
import dev.serai.http.Transport;
import dev.serai.http.TransportHttp;
import dev.serai.http.UpstreamCall;
import dev.serai.trace.Tracing;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams of messages that callers take as they come. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class GrpcStreamTest {
    private static final String DECLARATIONS = """
            capabilities:
              - { id: s.held, metadata: { grpc: { server_url: "%s", method: lab.v1.Echo/Count } } }
              - { id: s.left, metadata: { grpc: { server_url: "%s", method: lab.v1.Echo/Count } } }
              - { id: s.slow, metadata: { grpc: { server_url: "%s", method: lab.v1.Echo/Count } } }
              - { id: s.tool, metadata: { grpc: { server_url: "%s", method: lab.v1.Echo/Count } } }
            """;
    private static final int PATIENCE_SECONDS = 60;

    private final EchoServer held = EchoServer.start();
    private final EchoServer left = EchoServer.start();
    private final EchoServer slow = EchoServer.start();
    private final EchoServer tool = EchoServer.start();
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) {
        gateway = TestGateway.in(folder)
                .capabilities("s.yaml", DECLARATIONS.formatted(held.url(), left.url(), slow.url(), tool.url()))
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        held.close();
        left.close();
        slow.close();
        tool.close();
    }

    private BufferedReader stream(String id, String arguments) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(gateway.gateway().url() + "/capabilities/" + id + "?stream=true"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(arguments))
                .build();
        InputStream body = TestHttp.open(request).body();
        return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    private static List<String> data(BufferedReader events, int most) throws IOException {
        List<String> data = new ArrayList<>();
        for (String line = events.readLine(); line != null; line = events.readLine()) {
            if (line.startsWith("data: ")) {
                data.add(line.substring("data: ".length()));
                if (data.size() == most) {
                    break;
                }
            }
        }
        return data;
    }

    @Test
    void eachMessageIsToldWhenItComesAndTheResultHasAll() throws Exception {
        try (BufferedReader events = stream("s.held", "{\"message\":\"hold\",\"n\":3}")) {
            assertThat(data(events, 1))
                    .containsExactly(
                            "{\"progress\":1,\"message\":\"{\\\"message\\\":\\\"m1\\\",\\\"n\\\":\\\"1\\\"}\"}");
            held.release();
            List<String> rest = data(events, Integer.MAX_VALUE);
            assertThat(rest).hasSize(4);
            JsonNode result = TestGateway.tree(rest.get(3));
            assertThat(result).hasSize(3);
            assertThat(result.at("/2/message").asText()).isEqualTo("m3");
        }
    }

    @Test
    void aClientOfMcpIsToldEachMessageAsProgressAndTheResultIsLast() throws IOException {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"s.tool\","
                + "\"arguments\":{\"message\":\"hold\",\"n\":3},\"_meta\":{\"progressToken\":\"t\","
                + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
        try (EventCaller client = new EventCaller(
                gateway.gateway().url(),
                "/mcp",
                call,
                "Accept: application/json, text/event-stream",
                "MCP-Protocol-Version: 2026-07-28",
                "Mcp-Method: tools/call",
                "Mcp-Name: s.tool")) {
            JsonNode first = client.next().data();
            assertThat(first.path("method").asText()).isEqualTo("notifications/progress");
            assertThat(first.path("params").toString())
                    .isEqualTo("{\"progress\":1,\"message\":\"{\\\"message\\\":\\\"m1\\\",\\\"n\\\":\\\"1\\\"}\","
                            + "\"progressToken\":\"t\"}");
            tool.release();
            List<EventCaller.Event> rest = client.rest();
            assertThat(rest.get(rest.size() - 1).data().path("result").toString())
                    .contains("m1")
                    .contains("m3");
        }
    }

    @Test
    void aCallerThatLeavesCancelsTheCallAtItsServer() throws Exception {
        try (BufferedReader events = stream("s.left", "{\"message\":\"hold\",\"n\":3}")) {
            assertThat(data(events, 1)).hasSize(1);
        }
        assertThat(left.cancelled().await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aServerWaitsForASlowReader() throws Exception {
        Capability capability = Objects.requireNonNull(
                gateway.gateway().capabilities().current().find("s.slow"));
        TransportHttp http = Objects.requireNonNull(
                gateway.camelContext().getRegistry().lookupByNameAndType("transport-http", TransportHttp.class));
        UpstreamCall call = new UpstreamCall(
                capability,
                slow.url() + "/",
                Credential.absent(CredentialRef.NONE, 0),
                System.nanoTime() + TimeUnit.SECONDS.toNanos(2 * PATIENCE_SECONDS),
                Tracing.untraced(),
                null);
        try (Transport transport = ServiceLoader.load(Transport.Factory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> "grpc".equals(factory.provider()))
                .findFirst()
                .orElseThrow()
                .create(http)) {
            LocalAnswer answer = transport
                    .send(call, new LocalRequest("x", "POST", Map.of(), Buffer.buffer("{\"message\":\"endless\"}")))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            try (InputStream lines = Objects.requireNonNull(answer.stream())) {
                int stopped = awaitStop();
                assertThat(lines.readNBytes(1_000_000)).hasSize(1_000_000);
                await("the server to go on")
                        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                        .until(() -> slow.sent() > stopped);
            }
            assertThat(slow.cancelled().await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    /** After how many messages it waits: it would never, if nobody made it. */
    private int awaitStop() {
        AtomicInteger last = new AtomicInteger(-1);
        return await("the server to wait")
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .pollInterval(Duration.ofMillis(200))
                .until(slow::sent, sent -> sent > 0 && sent == last.getAndSet(sent));
    }
}
