package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.capability.CatalogLoader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A declaration that names a command which nobody lists is found before it is called. */
class ListedServersTest {
    private static final String DECLARATION =
            "capabilities: [ { id: t.a, metadata: { mcp: { server_url: 'stdio:tiny', requires_session: true } } } ]\n";

    @TempDir
    Path folder;

    private String check(String... settings) throws IOException {
        Files.writeString(folder.resolve("t.yaml"), DECLARATION);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        List<String> args = new ArrayList<>(List.of("check", "--capabilities", folder.toString()));
        args.addAll(List.of(settings));
        new Cli(new CliContext(
                        Path.of("").toAbsolutePath(),
                        new ByteArrayInputStream(new byte[0]),
                        print,
                        print,
                        false,
                        CatalogLoader::load,
                        LocalGateway::start))
                .run(args.toArray(String[]::new));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void checkWarnsOfAServerThatIsNotListed() throws IOException {
        assertThat(check())
                .contains("t.yaml:1: warning: t.a is unavailable: no serai.stdio.tiny.command is configured, nor any"
                        + " other")
                .contains("0 errors, 1 warning");
        assertThat(check("-D", "serai.stdio.other.command=x"))
                .contains("no serai.stdio.tiny.command is configured, there are [other]");
    }

    @Test
    void checkHasNothingToSayOfOneThatIs() throws IOException {
        assertThat(check("-D", "serai.stdio.tiny.command=x")).contains("0 errors, 0 warnings");
    }
}
