package dev.serai.capability;

import java.nio.file.Path;
import java.util.List;

/** Loads declarations once; see {@link CatalogReloader} for a running gateway. */
public final class CatalogLoader {
    /** The usual limit of the metadata of one capability, keys and values together, in bytes. */
    public static final int MAX_METADATA = 10_240;

    private CatalogLoader() {}

    /** As {@link #load(List, int)}, with the usual limit. */
    public static Catalog load(List<Path> roots) {
        return load(roots, MAX_METADATA);
    }

    /**
     * Reads all {@code .yaml}, {@code .yml} and {@code .rtfs} files below the roots, which may be folders or files;
     * hidden ones are skipped. What is wrong becomes a problem of the catalogue; the rest is loaded.
     *
     * @param maxMetadata most metadata of one capability, keys and values together, in bytes
     */
    public static Catalog load(List<Path> roots, int maxMetadata) {
        FileScan scan = FileScan.of(roots);
        StringPool strings = new StringPool();
        List<CatalogMerge.Part> parts = scan.files().keySet().parallelStream()
                .map(file -> new CatalogMerge.Part(file, DeclarationFile.read(file, strings, maxMetadata, null), null))
                .toList();
        return new CatalogMerge(parts).catalog(scan.problems());
    }
}
