package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.capability.CatalogLoader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The verbs with the gateway that they start in earnest. */
@Timeout(60)
class RealGatewayTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        CliContext context = new CliContext(
                Path.of("").toAbsolutePath(),
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                CatalogLoader::load,
                LocalGateway::start);
        return new Cli(context).run(args);
    }

    @Test
    void callPrintsTheResultOfTheSampleServer() {
        assertThat(run("call", "mcp.demo.echo", "{\"message\":\"hi\"}"))
                .as("%s", err)
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("\"hi\"\n");
    }

    @Test
    void demoMakesItsFirstCallAndShowsTheNext() {
        assertThat(run("demo", "--once", "--port", "0")).as("%s", err).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("serai ready in")
                .contains("hello from serai")
                .contains("curl http://127.0.0.1:");
    }

    @Test
    void whatTheUserSaysOfTheShutdownWins() {
        assertThat(run("call", "mcp.demo.echo", "{\"message\":\"hi\"}", "-D", "serai.shutdown-timeout=never"))
                .isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("serai.shutdown-timeout = 'never'");
    }
}
