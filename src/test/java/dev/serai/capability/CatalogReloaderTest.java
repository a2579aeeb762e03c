package dev.serai.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogReloaderTest {
    private final Path folder;
    private final DeclarationFixture declarations;

    CatalogReloaderTest(@TempDir Path folder) {
        this.folder = folder;
        this.declarations = new DeclarationFixture(folder);
    }

    private static List<String> ids(CatalogReloader reloader) {
        return reloader.store().current().all().stream().map(Capability::id).toList();
    }

    private void yaml(String file, String... ids) throws Exception {
        StringBuilder text = new StringBuilder("capabilities:\n");
        for (String id : ids) {
            text.append("  - { id: ").append(id).append(", provider: p }\n");
        }
        declarations.write(file, text.toString());
    }

    @Test
    void changedNewAndDeletedFilesTakeEffect() throws Exception {
        yaml("a.yaml", "a1");
        yaml("b.yaml", "b1");
        try (CatalogReloader reloader = new CatalogReloader(List.of(folder), CatalogLoader.MAX_METADATA)) {
            assertThat(ids(reloader)).containsExactly("a1", "b1");

            yaml("a.yaml", "a1", "a2");
            yaml("c.yaml", "c1");
            Files.delete(folder.resolve("b.yaml"));
            ReloadReport report = reloader.reload();

            assertThat(ids(reloader)).containsExactly("a1", "a2", "c1");
            assertThat(report.read()).isEqualTo(2);
            assertThat(report.deleted()).isEqualTo(1);
            assertThat(report.capabilities()).isEqualTo(3);
            assertThat(reloader.reload().read()).isZero();
        }
    }

    @Test
    void aBrokenFileChangesNothingAndSaysWhy() throws Exception {
        yaml("a.yaml", "a1", "a2");
        try (CatalogReloader reloader = new CatalogReloader(List.of(folder), CatalogLoader.MAX_METADATA)) {
            declarations.write("a.yaml", "capabilities:\n  - { id: a3, provider: p }\n  - { name: nobody }\n");
            declarations.write("new.rtfs", "(capability \"n1\" :provider \"p\")\n(capability");
            ReloadReport report = reloader.reload();

            assertThat(ids(reloader)).containsExactly("a1", "a2");
            assertThat(report.kept()).containsExactly(folder.resolve("a.yaml"), folder.resolve("new.rtfs"));
            assertThat(report.problems())
                    .extracting(problem ->
                            folder.relativize(Path.of(problem.source().file())) + ":"
                                    + problem.source().line())
                    .containsExactly("a.yaml:3", "new.rtfs:2");

            yaml("a.yaml", "a3");
            reloader.reload();
            assertThat(ids(reloader)).containsExactly("a3");
        }
    }

    @Test
    void anIdOfAnotherFileIsNotTakenOverUntilItIsFree() throws Exception {
        yaml("m.yaml", "same");
        yaml("a.yaml", "a1");
        try (CatalogReloader reloader = new CatalogReloader(List.of(folder), CatalogLoader.MAX_METADATA)) {
            yaml("a.yaml", "a2", "same");
            assertThat(reloader.reload().kept()).containsExactly(folder.resolve("a.yaml"));
            assertThat(ids(reloader)).containsExactly("a1", "same");

            Files.delete(folder.resolve("m.yaml"));
            assertThat(reloader.reload().kept()).isEmpty();
            assertThat(ids(reloader)).containsExactly("a2", "same");
        }
    }

    @Test
    void aMoveFromOneFileToAnotherIsOneStep() throws Exception {
        yaml("a.yaml", "a1", "moved");
        yaml("b.yaml", "b1");
        try (CatalogReloader reloader = new CatalogReloader(List.of(folder), CatalogLoader.MAX_METADATA)) {
            yaml("a.yaml", "a1");
            yaml("b.yaml", "b1", "moved");

            assertThat(reloader.reload().problems()).isEmpty();
            assertThat(ids(reloader)).containsExactly("a1", "b1", "moved");
        }
    }

    @Test
    void changesAreNoticedWhileRunning() throws Exception {
        yaml("a.yaml", "a1");
        try (CatalogReloader reloader = new CatalogReloader(List.of(folder), CatalogLoader.MAX_METADATA)) {
            reloader.start(Duration.ofMillis(10));
            yaml("a.yaml", "a2");
            await().untilAsserted(() -> assertThat(ids(reloader)).containsExactly("a2"));

            yaml("a.yaml", "a3");
            await().untilAsserted(() -> assertThat(ids(reloader)).containsExactly("a3"));
        }
    }
}
