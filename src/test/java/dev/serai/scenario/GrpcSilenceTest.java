package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that go without a word: their connections stay open, and nothing comes. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class GrpcSilenceTest {
    private static final String DECLARATIONS = """
            defaults: { metadata: { grpc: { descriptor_set: "%1$s" } } }
            capabilities:
              - { id: mute.say, metadata: { grpc: { server_url: "%2$s", method: lab.v1.Echo/Say } } }
              - { id: lost.say, metadata: { grpc: { server_url: "%3$s", method: lab.v1.Echo/Say } } }
              - { id: lost.slow, metadata: { grpc: { server_url: "%3$s", method: lab.v1.Echo/Slow } } }
              - { id: lost.count, metadata: { grpc: { server_url: "%3$s", method: lab.v1.Echo/Count } } }
              - { id: idle.say, metadata: { grpc: { server_url: "%4$s", method: lab.v1.Echo/Say, requires_session: true } } }
              - { id: well.slow, metadata: { grpc: { server_url: "%5$s", method: lab.v1.Echo/Slow } } }
            """;
    /** Longer than two rounds of questions, and their time. */
    private static final String LONG_MILLIS = "3500";

    private static final int TOGETHER = 3;
    private static final int PATIENCE_SECONDS = 60;

    private final EchoServer server = EchoServer.start();
    private final SilentProxy mute = new SilentProxy(server.url());
    private final SilentProxy lost = new SilentProxy(server.url());
    private final SilentProxy idle = new SilentProxy(server.url());
    private final ExecutorService threads = Executors.newFixedThreadPool(TOGETHER);
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path set = Files.write(folder.resolve("echo.pb"), EchoProto.set().toByteArray());
        gateway = TestGateway.in(folder)
                .setting("serai.upstream.connect-timeout", "1s")
                .capabilities("s.yaml", DECLARATIONS.formatted(set, mute.url(), lost.url(), idle.url(), server.url()))
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        threads.shutdownNow();
        mute.close();
        lost.close();
        idle.close();
        server.close();
    }

    private void works(String id) {
        HttpResponse<String> answer = gateway.post(id, "{\"message\":\"hi\"}");
        assertThat(answer.body()).isEqualTo("{\"message\":\"hi\"}");
    }

    /** Once it is tried again. */
    private void serves(String id) {
        await(id)
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .until(() -> gateway.post(id, "{}").statusCode() == 200);
    }

    private List<Future<HttpResponse<String>>> together(String id) {
        return IntStream.range(0, TOGETHER)
                .mapToObj(each -> threads.submit(() -> gateway.post(id, "{}")))
                .toList();
    }

    @Test
    void aServerThatTakesAConnectionAndSaysNothingHoldsNobodyUp() throws Exception {
        mute.silence();
        for (Future<HttpResponse<String>> each : together("mute.say")) {
            JsonNode problem =
                    Refusals.overRest(each.get(PATIENCE_SECONDS, TimeUnit.SECONDS), 503, "upstream_unavailable");
            assertThat(problem.path("detail").asText()).contains("kept silent where HTTP/2 begins");
        }
        mute.restore();
        serves("mute.say");
    }

    @Test
    void aConnectionThatGoesSilentIsGivenUpWithItsCallsAndTheNextCallOpensAnother() throws Exception {
        try (EventCaller stream = new EventCaller(
                gateway.gateway().url(), "/capabilities/lost.count?stream=true", "{\"message\":\"hold\",\"n\":3}")) {
            assertThat(stream.next().name()).isEqualTo("progress");
            lost.silence();
            for (Future<HttpResponse<String>> each : together("lost.slow")) {
                Refusals.overRest(each.get(PATIENCE_SECONDS, TimeUnit.SECONDS), 503, "upstream_unavailable");
            }
            List<EventCaller.Event> rest = stream.rest();
            assertThat(rest.get(rest.size() - 1).data().path("code").asText()).isEqualTo("upstream_protocol_error");
        }
        lost.restore();
        serves("lost.say");
    }

    @Test
    void aServerThatAnswersQuestionsMayTakeItsTimeAndAnIdleConnectionThatHasDiedIsFoundOutBeforeItIsUsed() {
        works("idle.say");
        idle.silence();
        idle.restore();
        Refusals.overRest(gateway.post("well.slow", "{}", "Serai-Timeout-Ms", LONG_MILLIS), 504, "timeout");
        int before = server.said();
        works("idle.say");
        assertThat(server.said()).as("sent once").isEqualTo(before + 1);
        assertThat(idle.taken()).as("on a new connection").isGreaterThan(1);
    }
}
