package dev.serai.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.http.LocalServer;
import dev.serai.http.LocalSettings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StdioSettingsTest {
    private static LocalSettings read(Map<String, String> settings) throws StartException {
        return StdioSettings.read(
                Settings.load(Path.of("no-such-file"), false, settings, name -> null),
                Map.of("PATH", "/bin", "TOKEN", "s3cret", "OTHER", "x")::get);
    }

    @Test
    void aServerHasACommandArgumentsAndTheNamedVariables() throws StartException {
        LocalServer server = read(Map.of(
                        "serai.stdio.files.command", "npx",
                        "serai.stdio.files.args", "-y  some-server",
                        "serai.stdio.files.env", "TOKEN"))
                .servers()
                .get(0);

        assertThat(server.name()).isEqualTo("files");
        assertThat(server.command()).containsExactly("npx", "-y", "some-server");
        assertThat(server.environment()).containsOnly(Map.entry("PATH", "/bin"), Map.entry("TOKEN", "s3cret"));
        assertThat(server.toString()).isEqualTo("LocalServer[files]");
    }

    @Test
    void anArgumentWithASpaceIsWrittenInAList() throws StartException {
        assertThat(read(Map.of("serai.stdio.f.command", "x", "serai.stdio.f.args", "[\"a b\", \"c\"]"))
                        .servers()
                        .get(0)
                        .command())
                .containsExactly("x", "a b", "c");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    serai.stdio.f.args      | x       | serai.stdio.f.command is missing: expected the program to start
                    serai.stdio.f.args      | [1]     | serai.stdio.f.args: expected a JSON list of texts
                    serai.stdio.f.args      | ["a"    | serai.stdio.f.args: expected arguments separated by spaces, or a JSON list of texts
                    serai.stdio.f.env       | A=B     | serai.stdio.f.env: expected names of environment variables, separated by commas, without values
                    serai.stdio.f.directory | nowhere | serai.stdio.f.directory = 'nowhere': expected a folder
                    """)
    void aWrongValueEndsTheStart(String name, String value, String message) {
        Map<String, String> settings = message.contains("is missing")
                ? Map.of(name, value)
                : Map.of(name, value, "serai.stdio.f.command", "x");
        assertThatThrownBy(() -> read(settings))
                .isInstanceOf(StartException.class)
                .hasMessage(message);
    }
}
