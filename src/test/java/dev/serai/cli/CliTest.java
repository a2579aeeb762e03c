package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
    private final Path home;

    CliTest(@TempDir Path home) {
        this.home = home;
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "demo", "call", "list", "show", "explain", "check"})
    void everyVerbHasHelpWithExamples(String verb) {
        CliFixture cli = new CliFixture(home);

        assertThat(cli.run(verb, "--help")).isZero();
        assertThat(cli.out())
                .contains("Usage: serai " + verb)
                .contains("Examples:")
                .contains("  serai " + verb);
    }

    @Test
    void withoutAVerbTheVerbsAreListed() {
        CliFixture cli = new CliFixture(home);

        assertThat(cli.run()).isZero();
        assertThat(cli.out()).contains("run", "demo", "call", "list", "show", "explain", "check");
    }

    @Test
    void anUnknownVerbIsAUsageErrorThatSuggests() {
        CliFixture cli = new CliFixture(home);

        assertThat(cli.run("lsit")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err()).contains("lsit").contains("list").contains("serai --help");
    }

    @Test
    void anUnknownOptionIsAUsageErrorThatPointsToTheHelpOfTheVerb() {
        CliFixture cli = new CliFixture(home);

        assertThat(cli.run("list", "--jsno")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err()).contains("--json").contains("serai list --help");
    }

    @Test
    void aMissingIdIsAUsageError() {
        CliFixture cli = new CliFixture(home);

        assertThat(cli.run("show")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err()).contains("ID");
    }

    @Test
    void theVersionIsPrinted() {
        CliFixture cli = new CliFixture(home);

        assertThat(cli.run("--version")).isZero();
        assertThat(cli.out()).startsWith("serai ");
    }
}
