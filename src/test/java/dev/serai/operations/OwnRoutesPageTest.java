package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.GatewayProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/own-routes.md tells, to the letter, in the folder of a running demo. */
@Timeout(120)
class OwnRoutesPageTest {
    private static final Path PAGE = Path.of("docs", "own-routes.md");

    @TempDir
    Path home;

    private GatewayProcess gateway;

    @BeforeEach
    void start() throws IOException {
        for (String part : List.of("routes", "config", "capabilities")) {
            copy(Path.of(part));
        }
        gateway = GatewayProcess.demo(home.toRealPath());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void copy(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, home.resolve(file.toString()));
            }
        }
    }

    /** The blocks of this language that hold this text. */
    private static String block(String language, String holding) throws IOException {
        Matcher block =
                Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(Files.readString(PAGE));
        List<String> found = new ArrayList<>();
        while (block.find()) {
            if (block.group(1).contains(holding)) {
                found.add(block.group(1));
            }
        }
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    /** Saves a block under the name in its first line. */
    private void save(String yaml) throws IOException {
        String name = yaml.lines().findFirst().orElseThrow().substring(2);
        Files.writeString(home.resolve(name), yaml);
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file);
    }

    @Test
    void aFileBecomesACallAndItsResultAFileWithoutARestart() throws Exception {
        Process shell = new ProcessBuilder("sh", "-euc", block("sh", "file-drop"))
                .directory(home.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(said).isZero();
        Path result = home.resolve("outbox/order-1.json");
        Path rejected = home.resolve("rejected/order-2.json");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(result) && Files.exists(rejected));
        await().untilAsserted(() -> assertThat(text(result)).isEqualTo("from a file"));
        await().untilAsserted(() -> assertThat(text(rejected)).contains("invalid_arguments"));
        await().until(() -> Files.exists(home.resolve("inbox/.done/order-1.json")));
    }

    @Test
    void theHooksOfThePageDoWhatItSays() throws Exception {
        assertThat(gateway.post("mcp.demo.old_echo", "{\"message\":\"hi\"}").statusCode())
                .isEqualTo(404);
        save(block("yaml", "before-invoke"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateway.post("mcp.demo.old_echo", "{\"message\":\"hi\"}")
                                .statusCode()
                        == 200);
        var refused = gateway.post("mcp.demo.fail", "{}");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("closed until Monday");
        await().until(() -> Files.exists(home.resolve("answers/mcp.demo.echo-completed.json"))
                && Files.exists(home.resolve("answers/mcp.demo.fail-rejected.json")));
    }

    @Test
    void theRouteOfThePageIsACapability() throws Exception {
        save(block("yaml", "id: take-note"));
        save(block("yaml", "id: notes.take"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateway.post("notes.take", "{\"title\":\"list\",\"text\":\"eggs\"}")
                        .body()
                        .equals("{\"kept\":\"list\"}"));
        assertThat(text(home.resolve("notes/list.txt"))).isEqualTo("eggs");
        assertThat(gateway.post("notes.take", "{\"title\":\"../up\",\"text\":\"x\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void theTimerOfThePageCalls() throws Exception {
        save(block("yaml", "timer:hourly"));
        Path last = home.resolve("struck/last.txt");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(last));
        await().untilAsserted(() -> assertThat(text(last)).isEqualTo("the hour has struck"));
    }
}
