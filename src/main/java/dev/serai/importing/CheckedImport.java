package dev.serai.importing;

import dev.serai.capability.CatalogLoader;
import dev.serai.capability.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An import whose declarations can all be loaded. */
public final class CheckedImport {
    private static final String FILE = "import.yaml";

    private CheckedImport() {}

    /**
     * As {@link ImportFile#merge}, without the tools that no declaration can hold: a second look tells.
     *
     * @throws IllegalArgumentException if the text cannot be brought up to date, saying why and on which line
     */
    public static ImportFile merge(@Nullable String before, ImportPlan plan, ImportedServer server) throws IOException {
        ImportFile all = ImportFile.merge(before, plan, server, Map.of());
        NavigableMap<Integer, String> problems = problems(all.text());
        if (problems.isEmpty()) {
            return all;
        }
        Map<String, String> wrong = ImportFile.wrongTools(all.text(), plan.provider(), problems);
        if (wrong.isEmpty()) {
            throw new IllegalArgumentException(
                    "line " + problems.firstKey() + ": " + problems.firstEntry().getValue());
        }
        return ImportFile.merge(before, plan, server, wrong);
    }

    private static NavigableMap<Integer, String> problems(String text) throws IOException {
        Path folder = Files.createTempDirectory("serai-import");
        Path trial = folder.resolve(FILE);
        NavigableMap<Integer, String> problems = new TreeMap<>();
        try {
            Files.writeString(trial, text, StandardCharsets.UTF_8);
            for (Problem problem : CatalogLoader.load(List.of(trial)).problems()) {
                if (problem.severity() == Problem.Severity.ERROR) {
                    problems.putIfAbsent(problem.source().line(), problem.message());
                }
            }
        } finally {
            Files.deleteIfExists(trial);
            Files.deleteIfExists(folder);
        }
        return problems;
    }
}
