package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeyCommandTest {
    @TempDir
    Path folder;

    @Test
    void theKeyIsShownOnceAndTheLineHoldsItsHashOnly() {
        CliFixture cli = new CliFixture(folder);

        assertThat(cli.run("api-key", "ci", "--roles", "writer,reader")).isZero();

        String key = cli.err().replaceAll("(?s).*: (serai_\\S+)\\s*", "$1");
        assertThat(key).matches("serai_[A-Za-z0-9_-]{43}");
        assertThat(cli.out())
                .matches("- \\{ name: \"ci\", hash: \"sha256:[0-9a-f]{64}\", roles: \\[\"reader\", \"writer\"] }\\R")
                .doesNotContain(key);
    }

    @Test
    void aNameOrRoleThatIsNoneIsWrongUsage() {
        CliFixture cli = new CliFixture(folder);

        assertThat(cli.run("api-key", "a b")).isEqualTo(2);
        assertThat(cli.run("api-key", "ci", "--roles", "a b")).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).contains("the name of a key is", "a role is");
    }
}
