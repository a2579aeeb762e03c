package dev.serai.conventions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files that the rules look at. */
final class Sources {
    static final Path MAIN = Path.of("src/main/java/dev/serai");
    static final Path TESTS = Path.of("src/test/java");
    static final Path ROUTES = Path.of("routes");

    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*$");
    /** Or a literal, which is the group: what looks like a comment in it is none. */
    private static final Pattern COMMENT =
            Pattern.compile("(?s)(\"{3}.*?\"{3}|([\"'])(?:[^\"'\\\\]++|\\\\.|(?!\\2).)*+\\2)|/\\*.*?\\*/|//[^\n]*");

    private static final Pattern YAML_COMMENT = Pattern.compile("(?m)^\\s*#.*$");

    private Sources() {}

    static List<Path> below(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalStateException("nothing to check: no " + ending + " below " + folder);
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without imports and comments. */
    static String code(Path javaFile) {
        String text = IMPORT.matcher(read(javaFile)).replaceAll("");
        return COMMENT.matcher(text).replaceAll("$1");
    }

    /** Without comments. */
    static String yaml(Path file) {
        return YAML_COMMENT.matcher(read(file)).replaceAll("");
    }
}
