package dev.serai.capability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetadataVocabularyTest {
    @Test
    void theDocumentationHasOneRowPerKeyAndNoOther() throws Exception {
        List<String> rows = Files.readString(Path.of("docs/metadata.md"))
                .lines()
                .dropWhile(line -> !line.equals("## Vocabulary"))
                .takeWhile(line -> !line.equals("## Schemas"))
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(rows)
                .isEqualTo(MetadataVocabulary.keys().stream()
                        .map(key -> "| `" + key.name() + "` | " + key.type().expected() + " | " + key.fallback() + " | "
                                + key.meaning() + " |")
                        .toList());
    }
}
