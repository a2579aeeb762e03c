package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.access.NewApiKey;
import dev.serai.capability.CatalogLoader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The verbs with the gateway that they start in earnest. */
@Timeout(120)
class RealGatewayTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return runIn(Path.of("").toAbsolutePath(), args);
    }

    private int runIn(Path home, String... args) {
        CliContext context = new CliContext(
                home,
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
    void whereCallersAreAuthenticatedDemoMakesItsFirstCallAllTheSame(@TempDir Path folder) throws Exception {
        Path keys = folder.resolve("keys.yaml");
        Files.writeString(keys, NewApiKey.make("somebody", Set.of()).line());
        assertThat(run("demo", "--once", "--port", "0", "-D", "serai.access.api-keys-file=" + keys))
                .as("%s", err)
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("First call", "\"hello from serai\"");
    }

    /** The start-up archive is made with these files alone. */
    @Test
    void demoNeedsNoMoreThanTheFilesThatTheLauncherTrainsWith(@TempDir Path home) throws Exception {
        Document assembly = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("src/assembly/lib.xml").toFile());
        NodeList sets = assembly.getElementsByTagName("fileSet");
        for (int i = 0; i < sets.getLength(); i++) {
            Element set = (Element) sets.item(i);
            String from = set.getElementsByTagName("directory").item(0).getTextContent();
            String to = set.getElementsByTagName("outputDirectory").item(0).getTextContent();
            assertThat(to).isEqualTo("lib/shipped/" + from);
            NodeList files = set.getElementsByTagName("include");
            for (int f = 0; f < files.getLength(); f++) {
                Path file = Path.of(from, files.item(f).getTextContent());
                Files.createDirectories(home.resolve(file).getParent());
                Files.copy(file, home.resolve(file));
            }
        }

        assertThat(runIn(home, "demo", "--once", "--port", "0")).as("%s", err).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("curl http://127.0.0.1:", "\"hello from serai\"");
    }

    @Test
    void whatTheUserSaysOfTheShutdownWins() {
        assertThat(run("call", "mcp.demo.echo", "{\"message\":\"hi\"}", "-D", "serai.shutdown-timeout=never"))
                .isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("serai.shutdown-timeout = 'never'");
    }
}
