package dev.serai.capability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The full size, 100,000 declarations, is measured by bench/catalog. */
@Timeout(120)
class LargeCatalogTest {
    private static final int FILES = 20;
    private static final int IN_EACH = 500;

    @TempDir
    Path folder;

    @Test
    void tenThousandDeclarationsOfBothFormsLoadAndAreFound() throws Exception {
        for (int f = 0; f < FILES; f++) {
            boolean yaml = f % 2 == 0;
            StringBuilder text = new StringBuilder(yaml ? "capabilities:\n" : "");
            for (int i = 0; i < IN_EACH; i++) {
                String id = "large.f" + f + ".c" + i;
                text.append(
                        yaml
                                ? "  - { id: " + id + ", metadata: { p: { server_url: 'http://h/' } } }\n"
                                : "(capability \"" + id + "\" :metadata {:p {:server_url \"http://h/\"}})\n");
            }
            Files.writeString(folder.resolve("f" + f + (yaml ? ".yaml" : ".rtfs")), text);
        }

        Catalog catalog = CatalogLoader.load(List.of(folder));

        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.all()).hasSize(FILES * IN_EACH);
        assertThat(catalog.all()).allMatch(c -> c.equals(catalog.find(c.id())));
    }
}
