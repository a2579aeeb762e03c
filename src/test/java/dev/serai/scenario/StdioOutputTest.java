package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a listed process is given and what it writes, good or bad. */
@Timeout(120)
class StdioOutputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> TOOLS =
            List.of("echo", "pid", "environment", "directory", "stuck", "complain", "junk", "long");

    @TempDir
    static Path folder;

    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        gateway = TestGateway.in(folder)
                .capabilities("t.yaml", Sample.declarations("stdio:tiny", "t", "true", "", TOOLS))
                .setting("serai.stdio.tiny.command", TinyStdioServer.java())
                .setting(
                        "serai.stdio.tiny.args",
                        Json.MAPPER.writeValueAsString(TinyStdioServer.arguments(folder.resolve("starts"))))
                .setting("serai.stdio.tiny.env", "TINY_TOKEN, TINY_MISSING")
                .setting("serai.stdio.tiny.directory", folder.toString())
                .setting("serai.stdio.max-line", "65536")
                .environment("TINY_TOKEN", "s3cret")
                .environment("OTHER_TOKEN", "other")
                .environment("LANG", "C.UTF-8")
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String text(String tool) {
        CallOutcome outcome = gateway.call("t." + tool, "{\"message\":\"hi\"}");
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return outcome.body().asText();
    }

    @Test
    void explainAndHealthNameTheServer() {
        assertThat(gateway.gateway()
                        .explain("t.echo", null)
                        .document()
                        .path("server")
                        .asText())
                .isEqualTo("stdio:tiny");
        text("echo");

        JsonNode health = TestGateway.tree(gateway.get("/observe/health").body());
        assertThat(health.path("upstreams").get(0).path("server").asText()).isEqualTo("stdio:tiny");
        assertThat(health.path("upstreams").get(0).path("status").asText()).isEqualTo("up");
    }

    @Test
    void aCallThatIsNotAnsweredInTimeLeavesTheProcessToTheOthers() {
        String pid = text("pid");

        HttpResponse<String> late = gateway.post("t.stuck", "{}", "Serai-Timeout-Ms", "200");

        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(text("pid")).isEqualTo(pid);
    }

    @Test
    void linesThatAreNoMessagesDoNoHarm() {
        assertThat(text("junk")).isEqualTo("after junk");
        assertThat(text("echo")).isEqualTo("hi");
    }

    @Test
    void aLineBeyondTheLimitIsAnErrorOfItsCallOnly() {
        String pid = text("pid");

        CallOutcome outcome = gateway.call("t.long", "{}");

        assertThat(outcome.headers()).containsEntry("CapabilityErrorCode", "upstream_protocol_error");
        assertThat(outcome.body().path("detail").asText())
                .isEqualTo("stdio:tiny wrote a line longer than 65536 bytes (serai.stdio.max-line)");
        assertThat(text("pid")).isEqualTo(pid);
    }

    @Test
    void aProcessFindsOnlyTheNamedVariablesAndItsFolder() throws IOException {
        assertThat(text("environment")).isEqualTo("LANG,TINY_TOKEN");
        assertThat(text("directory")).isEqualTo(folder.toRealPath().toString());
        assertThat(Files.readAllLines(folder.resolve("starts"))).hasSize(1);
    }

    @Test
    void itsErrorOutputIsLoggedInBoundsWithoutSecretsOrControlCharacters() {
        text("echo");
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger("dev.serai.stdio");
        Handler handler = handler(lines);
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.INFO);
        try {
            text("complain");

            await().atMost(PATIENCE).until(() -> lines.contains("tiny: line 50"));
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
            logger.setLevel(null);
        }
        assertThat(lines).contains("tiny: [31mtoken [redacted]", "tiny: line 0");
        assertThat(lines).noneMatch(line -> line.contains("s3cret")).hasSizeLessThan(110);
    }

    private static Handler handler(List<String> lines) {
        return new Handler() {
            @Override
            public void publish(LogRecord event) {
                String text = event.getMessage();
                if (event.getParameters() != null) {
                    for (Object parameter : event.getParameters()) {
                        text = text.replaceFirst("\\{\\}", String.valueOf(parameter));
                    }
                }
                lines.add(text);
            }

            @Override
            public void flush() {
                // Nothing is buffered.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
