package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests and streams at a server of the npm package ws. */
@Tag("integration")
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class WsServerTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata: { websocket: { server_url: "%1$s/", requires_session: true } }
            capabilities:
              - { id: n.any, metadata: { websocket: { result: /result } } }
              - { id: n.bad, metadata: { websocket: { server_url: "%1$s/secret", auth_env_var: BAD } } }
              - { id: n.good, metadata: { websocket: { server_url: "%1$s/secret", auth_env_var: GOOD, result: /result } } }
              - id: n.push
                metadata:
                  websocket: { stream: true, message: '{"method": "push", "params": "{*}"}', end_when: /result, result: /event }
              - id: n.watch
                metadata:
                  websocket:
                    stream: true
                    message: '{"method": "subscribe"}'
                    subscription: /result
                    push_id: /params/name
                    result: /params/value
                    end_count: 4
                    unsubscribe: '{"method": "unsubscribe", "params": {"name": "{_subscription}"}}'
            """;

    private NpmServer server;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Peers.copyScripts();
        server = Peers.server("ws-server.mjs");
        String url = server.uri("").toString().replaceFirst("^http", "ws");
        gateway = TestGateway.in(folder)
                .capabilities("n.yaml", DECLARATIONS.formatted(url))
                .environment("GOOD", "good")
                .environment("BAD", "bad")
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    private String value(String id, String arguments) {
        CallOutcome outcome = gateway.call(id, arguments);
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return outcome.body().toString();
    }

    private JsonNode stats() {
        return gateway.call("n.any", "{\"method\":\"stats\"}").body();
    }

    @Test
    void manyCallersShareAConnectionAndGetTheirOwnAnswersInAnyOrder() {
        List<String> values = IntStream.range(0, 40)
                .parallel()
                .mapToObj(i -> value("n.any", "{\"method\":\"slow\",\"params\":{\"ms\":" + (40 - i) + "}}"))
                .toList();
        assertThat(values)
                .containsExactlyElementsOf(IntStream.range(0, 40)
                        .mapToObj(i -> Integer.toString(40 - i))
                        .toList());
    }

    @Test
    void aConnectionThatTheServerClosesIsReplacedAndGarbageHarmsNobody() {
        int before = stats().path("opened").asInt();
        assertThat(gateway.call("n.any", "{\"method\":\"close\"}").completed()).isFalse();
        assertThat(value("n.any", "{\"method\":\"garbage\"}")).isEqualTo("\"fine\"");
        assertThat(stats().path("opened").asInt()).isEqualTo(before + 1);
        assertThat(gateway.call("n.any", "{\"method\":\"nothing\"}")
                        .body()
                        .path("detail")
                        .asText())
                .isEqualTo("no such method");
    }

    @Test
    void theCredentialGoesWithTheHandshake() {
        assertThat(value("n.good", "{\"method\":\"echo\",\"params\":{\"a\":1}}"))
                .isEqualTo("{\"a\":1}");
        assertThat(gateway.call("n.bad", "{}").headers().get("CapabilityErrorCode"))
                .isEqualTo("upstream_unauthorized");
    }

    @Test
    void pushesAreStreamsAndTheirEndIsTold() {
        assertThat(value("n.push", "{\"n\":3}")).isEqualTo("[1,2,3]");
        assertThat(value("n.watch", "{}")).isEqualTo("[1,2,3,4]");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> stats().path("subscriptions").asInt() == 0);
    }
}
