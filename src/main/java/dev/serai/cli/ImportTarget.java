package dev.serai.cli;

import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.capability.CatalogLoader;
import dev.serai.capability.Problem;
import dev.serai.importing.ImportFile;
import dev.serai.importing.ImportPlan;
import dev.serai.importing.ImportReport;
import dev.serai.importing.ImportedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The file that an import writes. */
final class ImportTarget {
    private static final String FILE = "import.yaml";

    private final CliContext cli;
    private final SourceOptions sources;
    private final String provider;
    private final String url;
    private final @Nullable String authEnv;
    private final @Nullable String name;
    private final @Nullable String prefix;
    private final @Nullable Path output;
    private final boolean dryRun;

    ImportTarget(
            CliContext cli,
            SourceOptions sources,
            String provider,
            String url,
            @Nullable String authEnv,
            @Nullable String name,
            @Nullable String prefix,
            @Nullable Path output,
            boolean dryRun) {
        this.cli = cli;
        this.sources = sources;
        this.provider = provider;
        this.url = url;
        this.authEnv = authEnv;
        this.name = name;
        this.prefix = prefix;
        this.output = output;
        this.dryRun = dryRun;
    }

    /** Writes what is new, says it, and returns whether all that the server offers is declared. */
    boolean write(ImportedServer server) throws IOException {
        String called = ImportPlan.nameOf(name != null ? name : said(server));
        String begin = prefix != null ? prefix : provider + "." + called + ".";
        ImportPlan plan = new ImportPlan(provider, url, authEnv, begin);
        Path file = file(called);
        String before = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : null;
        ImportFile merged = merged(file, before, plan, server);
        refuseDeclaredElsewhere(file, merged.report().added());
        boolean differs = !merged.text().equals(before);
        if (differs && !dryRun) {
            replace(file, merged.text());
        }
        tell(file, merged.report(), differs);
        return merged.report().leftOut().isEmpty();
    }

    private String said(ImportedServer server) {
        if (!server.name().isBlank()) {
            return server.name();
        }
        String host = url.startsWith("http") ? URI.create(url).getHost() : url.substring(url.indexOf(':') + 1);
        String last = String.valueOf(host).substring(String.valueOf(host).lastIndexOf('/') + 1);
        return last.replaceFirst("[.](ya?ml|json)$", "");
    }

    private Path file(String called) {
        Path folder = output == null ? sources.capabilityRoots(cli.home()).get(0) : output;
        String last = folder.toString();
        return last.endsWith(".yaml") || last.endsWith(".yml") ? folder : folder.resolve(called + ".yaml");
    }

    /** What no declaration can hold is left out: a second look tells. */
    private static ImportFile merged(Path file, @Nullable String before, ImportPlan plan, ImportedServer server)
            throws IOException {
        try {
            ImportFile all = ImportFile.merge(before, plan, server, Map.of());
            NavigableMap<Integer, String> problems = problems(all.text());
            if (problems.isEmpty()) {
                return all;
            }
            Map<String, String> wrong = ImportFile.wrongTools(all.text(), plan.provider(), problems);
            if (wrong.isEmpty()) {
                throw new CliException(
                        ExitCode.FAILED,
                        file + ":" + problems.firstKey() + ": "
                                + problems.firstEntry().getValue());
            }
            return ImportFile.merge(before, plan, server, wrong);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.FAILED, file + " cannot be brought up to date: " + e.getMessage());
        }
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

    private void refuseDeclaredElsewhere(Path file, List<String> added) {
        Set<String> ids = new HashSet<>(added);
        List<Path> roots = sources.capabilityRoots(cli.home()).stream()
                .filter(Files::isDirectory)
                .toList();
        Catalog catalog = cli.catalogs().apply(roots);
        List<String> clashes = new ArrayList<>();
        for (Capability capability : catalog.all()) {
            Path other = Path.of(capability.source().file()).toAbsolutePath().normalize();
            if (ids.contains(capability.id())
                    && !other.equals(file.toAbsolutePath().normalize())) {
                clashes.add(capability.id() + " at " + capability.source());
            }
        }
        if (!clashes.isEmpty()) {
            throw new CliException(
                    ExitCode.FAILED,
                    "declared elsewhere already: " + clashes.get(0)
                            + (clashes.size() == 1 ? "" : " and " + (clashes.size() - 1) + " more")
                            + "; choose other ids with --prefix or --name");
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text, StandardCharsets.UTF_8);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void tell(Path file, ImportReport report, boolean differs) {
        report.added().forEach(line -> cli.out().println("added: " + line));
        report.changed().forEach(line -> cli.out().println("changed: " + line));
        report.removed().forEach(line -> cli.out().println("removed: " + line));
        report.kept().forEach(line -> cli.err().println("kept: " + line));
        report.leftOut().forEach(line -> cli.err().println("left out: " + line));
        String what = !differs ? " is up to date" : dryRun ? " is not written: --dry-run" : " written";
        cli.err().println(file + what);
    }
}
