package dev.serai.capability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.capability.Problem.Severity;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolNamesTest {
    @TempDir
    Path folder;

    @Test
    void twoIdsThatGiveOneNameAreAnErrorThatNamesBoth() throws Exception {
        Catalog catalog = new DeclarationFixture(folder).yaml("""
                defaults: { metadata: { x: { server_url: http://localhost } } }
                capabilities:
                  - { id: a/b }
                  - { id: a.b }
                  - { id: a_b }
                """);

        assertThat(catalog.all()).hasSize(3);
        assertThat(catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.message()).contains("a_b has the same name as a tool as a/b");
            assertThat(problem.source().line()).isEqualTo(5);
        });
    }
}
