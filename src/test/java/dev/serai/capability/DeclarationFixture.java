package dev.serai.capability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Loads declarations from texts and from the test resources. */
final class DeclarationFixture {
    static final Path SAMPLES = Path.of("src/test/resources/declarations");

    private final Path folder;

    DeclarationFixture(Path folder) {
        this.folder = folder;
    }

    Catalog yaml(String text) throws IOException {
        return load("test.yaml", text);
    }

    Catalog rtfs(String text) throws IOException {
        return load("test.rtfs", text);
    }

    Catalog load(String name, String text) throws IOException {
        write(name, text);
        return CatalogLoader.load(List.of(folder));
    }

    Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    static Catalog samples() {
        return CatalogLoader.load(List.of(SAMPLES));
    }

    static Capability the(Catalog catalog, String id) {
        Capability found = catalog.find(id);
        if (found == null) {
            throw new AssertionError("no capability " + id + "; problems: " + catalog.problems());
        }
        return found;
    }
}
