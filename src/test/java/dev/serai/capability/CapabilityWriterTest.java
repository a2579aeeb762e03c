package dev.serai.capability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapabilityWriterTest {
    private final Path folder;

    CapabilityWriterTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void allSamplesSurviveTheRoundTripThroughYaml() throws Exception {
        List<Capability> samples = DeclarationFixture.samples().all();

        assertSame(samples, new DeclarationFixture(folder).yaml(CapabilityWriter.yaml(samples)));
    }

    @Test
    void allSamplesSurviveTheRoundTripThroughRtfs() throws Exception {
        List<Capability> samples = DeclarationFixture.samples().all();

        assertSame(samples, new DeclarationFixture(folder).rtfs(CapabilityWriter.rtfs(samples)));
    }

    @Test
    void textCannotBreakOutOfItsQuotes() throws Exception {
        String hostile =
                "x\"\n(capability \"evil\")\n  - id: evil\n\\u0022 \u0000\u007f\u2028\ufeff\ud83d\ude00 λ #_ ; %";
        Capability capability = new Capability(
                "good",
                "good",
                hostile,
                "p",
                SessionMode.NONE,
                null,
                new TreeMap<>(Map.of("p_text", hostile)),
                Set.of(),
                new ArgumentSchema(JsonNodeFactory.instance.objectNode().put("description", hostile)),
                null,
                new SourceLocation("x", 1));

        DeclarationFixture declarations = new DeclarationFixture(folder);
        assertSame(List.of(capability), declarations.rtfs(CapabilityWriter.rtfs(List.of(capability))));
        Files.delete(folder.resolve("test.rtfs"));
        assertSame(List.of(capability), declarations.yaml(CapabilityWriter.yaml(List.of(capability))));
    }

    private static void assertSame(List<Capability> expected, Catalog read) {
        assertThat(expected).isNotEmpty();
        assertThat(read.problems()).isEmpty();
        assertThat(read.all())
                .map(CapabilityWriterTest::facts)
                .isEqualTo(expected.stream().map(CapabilityWriterTest::facts).toList());
    }

    private static List<Object> facts(Capability capability) {
        return Arrays.asList(
                capability.id(),
                capability.name(),
                capability.description(),
                capability.provider(),
                capability.sessionMode(),
                capability.sessionKey(),
                capability.metadata(),
                capability.arguments().json(),
                capability.outputSchema());
    }
}
