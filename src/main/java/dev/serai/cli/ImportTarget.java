package dev.serai.cli;

import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.importing.CheckedImport;
import dev.serai.importing.ImportFile;
import dev.serai.importing.ImportPlan;
import dev.serai.importing.ImportReport;
import dev.serai.importing.ImportedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file that an import writes. */
final class ImportTarget {
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
        String called = ImportPlan.nameOf(name != null ? name : server.called(url));
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

    private Path file(String called) {
        Path folder = output == null ? sources.capabilityRoots(cli.home()).get(0) : output;
        String last = folder.toString();
        return last.endsWith(".yaml") || last.endsWith(".yml") ? folder : folder.resolve(called + ".yaml");
    }

    private static ImportFile merged(Path file, @Nullable String before, ImportPlan plan, ImportedServer server)
            throws IOException {
        try {
            return CheckedImport.merge(before, plan, server);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.FAILED, file + " cannot be brought up to date: " + e.getMessage());
        }
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
