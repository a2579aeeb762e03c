package dev.serai.capability;

import dev.serai.capability.Problem.Severity;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds the declaration files below some roots, in the order of the roots and sorted below each. */
final class FileScan {
    private static final int DEEPEST = 32;
    private static final int MOST = 100_000;

    private final Map<Path, Stamp> files = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();

    private FileScan() {}

    /** What tells a changed file from an unchanged one; {@code key} is the file system's identity of it. */
    record Stamp(long modifiedMillis, long size, String key) {}

    static FileScan of(List<Path> roots) {
        FileScan scan = new FileScan();
        roots.forEach(scan::root);
        return scan;
    }

    Map<Path, Stamp> files() {
        return files;
    }

    List<Problem> problems() {
        return problems;
    }

    private void root(Path root) {
        if (!Files.exists(root)) {
            problem(root, "there is no such file or folder");
            return;
        }
        Map<Path, Stamp> found = new TreeMap<>();
        try {
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, new Visitor(root, found));
        } catch (IOException e) {
            problem(root, "the folder cannot be read: " + e.getClass().getSimpleName());
        }
        found.forEach((file, stamp) -> {
            if (seen.add(file.toAbsolutePath().normalize())) {
                files.put(file, stamp);
            }
        });
    }

    private void problem(Path path, String message) {
        problems.add(new Problem(Severity.ERROR, new SourceLocation(path.toString(), 1), message));
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Map<Path, Stamp> found;

        private Visitor(Path root, Map<Path, Stamp> found) {
            this.root = root;
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return isHidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !isHidden(file) && DeclarationFile.isDeclarations(file)) {
                if (found.size() >= MOST) {
                    problem(root, "more than " + MOST + " files: the rest is not read");
                    return FileVisitResult.TERMINATE;
                }
                found.put(
                        file,
                        new Stamp(
                                attributes.lastModifiedTime().toMillis(),
                                attributes.size(),
                                String.valueOf(attributes.fileKey())));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            problem(file, "it cannot be read: " + e.getClass().getSimpleName());
            return FileVisitResult.CONTINUE;
        }

        private boolean isHidden(Path path) {
            return !path.equals(root) && String.valueOf(path.getFileName()).startsWith(".");
        }
    }
}
