package dev.serai.capability;

import static dev.serai.capability.DeclarationFixture.the;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlDeclarationsTest {
    private final Path folder;
    private final DeclarationFixture declarations;

    YamlDeclarationsTest(@TempDir Path folder) {
        this.folder = folder;
        this.declarations = new DeclarationFixture(folder);
    }

    @Test
    void defaultsHoldForAllAndAreOverridden() {
        Catalog samples = DeclarationFixture.samples();

        assertThat(the(samples, "weather.now").metadata())
                .containsEntry("weather_base_url", "https://weather.example.org")
                .containsEntry("weather_path", "/now")
                .containsEntry("weather_days", "1")
                .containsEntry("policy_timeout", "2s")
                .containsEntry("policy_idempotent", "true");
        assertThat(the(samples, "weather.tomorrow").metadata()).containsEntry("policy_timeout", "5s");
    }

    @Test
    void withoutASessionKeyTheOnlyOtherBlockIsTheProvider() {
        Catalog samples = DeclarationFixture.samples();

        assertThat(the(samples, "weather.now").provider()).isEqualTo("weather");
        assertThat(the(samples, "weather.now").sessionMode()).isEqualTo(SessionMode.NONE);
        assertThat(the(samples, "weather.now").name()).isEqualTo("Weather now");
        assertThat(the(samples, "weather.tomorrow").name()).isEqualTo("weather.tomorrow");
    }

    @Test
    void plainWordsOfOldYamlStayText() throws Exception {
        Catalog catalog = declarations.yaml("""
                capabilities:
                  - id: a
                    provider: p
                    metadata: { p: { answer: no, version: 2.50, date: 2024-11-05, none: ~ } }
                """);

        assertThat(the(catalog, "a").metadata())
                .containsEntry("p_answer", "no")
                .containsEntry("p_version", "2.50")
                .containsEntry("p_date", "2024-11-05")
                .doesNotContainKey("p_none");
        assertThat(catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.source().line()).isEqualTo(4);
            assertThat(problem.message()).contains("metadata.p.none").contains("dropped");
        });
    }

    @Test
    void anUnknownFieldIsAWarningThatNamesTheKnownOnes() throws Exception {
        Catalog catalog = declarations.yaml("capabilities:\n  - id: a\n    provider: p\n    inputschema: {}\n");

        assertThat(catalog.find("a")).isNotNull();
        assertThat(catalog.problems()).singleElement().satisfies(problem -> assertThat(problem.toString())
                .contains("test.yaml:4: warning: unknown field \"inputschema\"; known fields: id, name"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ properties: { $schema: { type: string } } }",
                "{ properties: { n: { $schema: 'http://json-schema.org/draft-07/schema#', type: string } } }",
                "{ properties: { n: { const: { $schema: 'x:y' } } } }"
            })
    void aPartThatNamesAKnownDraftOrOnlyLooksAsIfItNamedOneIsUsed(String schema) throws Exception {
        Catalog catalog = declarations.yaml("capabilities: [{ id: a, input_schema: " + schema + " }]");

        assertThat(catalog.problems())
                .filteredOn(problem -> problem.severity() == Problem.Severity.ERROR)
                .isEmpty();
        Objects.requireNonNull(catalog.find("a"))
                .arguments()
                .validate(new ObjectMapper().createObjectNode().put("other", 1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'capabilities: [{ id: a'                                          | not valid YAML
            'capabilities: [{ id: &x a }, { id: *x }]'                        | anchor
            'capabilities: [{ id: !thing a }]'                                | tag
            'capabilities: [{ id: a, id: b }]'                                | twice
            'capabilities: [{ name: a }]'                                     | has no id
            'capabilities: [a]'                                               | expected a mapping
            'capabilities: a'                                                 | list of declarations
            'other: a'                                                        | expected capabilities:
            '[a]'                                                             | at the top
            'capabilities: [{ id: a, input_schema: 3 }]'                      | must be a JSON object
            'capabilities: [{ id: a, input_schema: { $ref: "http://x/y" } }]' | nothing is fetched
            'capabilities: [{ id: a, input_schema: { $schema: "x:y" } }]'     | unknown $schema
            'capabilities: [{ id: a, input_schema: { properties: { "a/b": { $schema: "x:y", type: string } } } }]' | unknown $schema "x:y" at /properties/a~1b: expected draft-07 or 2020-12
            'defaults: 3'                                                     | mapping of metadata
            'capabilities: [{ id: a, name: [b] }]'                            | name must be text
            """)
    void aMistakeIsReportedWithItsLine(String text, String message) throws Exception {
        Catalog catalog = declarations.yaml(text);

        assertThat(catalog.all()).isEmpty();
        assertThat(catalog.problems())
                .filteredOn(problem -> problem.severity() == Problem.Severity.ERROR)
                .first()
                .satisfies(problem -> {
                    assertThat(problem.message()).contains(message);
                    assertThat(problem.toString()).contains("test.yaml:1: ");
                });
    }

    @Test
    void depthIsBounded() throws Exception {
        Catalog catalog = declarations.yaml("capabilities: " + "[".repeat(5_000) + "]".repeat(5_000));

        assertThat(catalog.problems()).singleElement().satisfies(problem -> assertThat(problem.message())
                .contains("deeper than 100"));
    }

    @Test
    void oneIdIsDeclaredOnceAndTheFirstFileWins() throws Exception {
        declarations.write("b/second.yaml", "capabilities: [{ id: same, provider: p2 }]");
        declarations.write(".hidden/third.yaml", "nonsense: [");
        declarations.write("notes.txt", "nothing");
        Catalog catalog = declarations.load("a.rtfs", "\n(capability \"same\" :provider \"p1\")");

        assertThat(the(catalog, "same").provider()).isEqualTo("p1");
        assertThat(catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.source().file()).endsWith("second.yaml");
            assertThat(problem.message()).contains("a.rtfs:2");
        });
    }

    @Test
    void aMissingFolderAndTextThatIsNotUtf8AreReported() throws Exception {
        Files.write(folder.resolve("bytes.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 'a'});
        Catalog catalog = CatalogLoader.load(List.of(folder.resolve("none"), folder));

        assertThat(catalog.problems())
                .extracting(Problem::message)
                .containsExactly("there is no such file or folder", "the file is not UTF-8 text");
    }
}
