package dev.serai.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is true of every text file of the project. */
class DocumentsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath();
    private static final List<String> TOP = List.of(
            ".ci",
            ".mvn",
            "bench",
            "bin",
            "capabilities",
            "config",
            "docker",
            "docs",
            "routes",
            "src",
            ".dockerignore",
            "Dockerfile",
            "docker-compose.yml",
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "LICENSE",
            "pom.xml",
            ".gitignore");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)\\s]*)?\\)");
    /** Folders of one machine, its users' homes, and the hosts that lock files and settings name. */
    private static final Pattern MACHINE = Pattern.compile("(?<![\\w.}$~)>*-])/(?:wor" + "k|roo"
            + "t|home/\\w+|Users/\\w+)/" + "|regis" + "try\\.npmjs|repo" + "\\.maven\\.apache|repo1" + "\\.maven");

    private static final List<String> LOCK_FILES =
            List.of("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "npm-shrinkwrap.json");

    @Test
    void everyRelativeLinkOfADocumentLeadsToAFile() throws IOException {
        List<Path> documents =
                files().stream().filter(file -> file.toString().endsWith(".md")).toList();
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : documents) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                if (link.group(1).contains(":")) {
                    continue;
                }
                links++;
                if (!Files.exists(document.resolveSibling(link.group(1)))) {
                    broken.add(ROOT.relativize(document) + ": " + link.group(1));
                }
            }
        }
        assertThat(links).as("links found in %s", documents).isGreaterThan(5);
        assertThat(broken).isEmpty();
    }

    @Test
    void noFileNamesAPlaceOfOneMachineOrARegistry() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files()) {
            String text = text(file);
            Matcher machine = MACHINE.matcher(text);
            while (machine.find()) {
                long line = text.substring(0, machine.start()).lines().count();
                found.add(ROOT.relativize(file) + ":" + Math.max(1, line) + ": " + machine.group());
            }
        }
        assertThat(files()).hasSizeGreaterThan(100);
        assertThat(found).isEmpty();
    }

    @Test
    void noLockFileOrCrashReportIsKept() throws IOException {
        assertThat(files())
                .map(file -> file.getFileName().toString())
                .doesNotContainAnyElementsOf(LOCK_FILES)
                .noneMatch(name -> name.startsWith("hs_err_pid"));
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String top : TOP) {
            Path start = ROOT.resolve(top);
            if (Files.exists(start)) {
                try (Stream<Path> below = Files.walk(start)) {
                    below.filter(Files::isRegularFile)
                            .filter(file -> !file.toString().contains("node_modules"))
                            .forEach(files::add);
                }
            }
        }
        return files;
    }

    /** Empty for what is no text. */
    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (MalformedInputException e) {
            return "";
        }
    }
}
