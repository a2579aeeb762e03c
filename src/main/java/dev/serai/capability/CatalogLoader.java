package dev.serai.capability;

import java.nio.file.Path;
import java.util.List;

/** Loads declarations once; see {@link CatalogReloader} for a running gateway. */
public final class CatalogLoader {
    private CatalogLoader() {}

    /**
     * Reads all {@code .yaml}, {@code .yml} and {@code .rtfs} files below the roots, which may be folders or files;
     * hidden ones are skipped. What is wrong becomes a problem of the catalogue; the rest is loaded.
     */
    public static Catalog load(List<Path> roots) {
        FileScan scan = FileScan.of(roots);
        StringPool strings = new StringPool();
        List<CatalogMerge.Part> parts = scan.files().keySet().parallelStream()
                .map(file -> new CatalogMerge.Part(file, DeclarationFile.read(file, strings), null))
                .toList();
        return new CatalogMerge(parts).catalog(scan.problems());
    }
}
