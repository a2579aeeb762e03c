package dev.serai.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Java here does not do. */
class CodeRulesTest {
    private static final Pattern IMPORTED = Pattern.compile("(?m)^import (?:static )?dev\\.serai\\.([a-z]+)\\.");
    private static final Pattern ROUTE_BUILDER = Pattern.compile("(?:extends|new)\\s+(?:Endpoint)?RouteBuilder\\b");
    private static final Pattern JDK_CLIENT =
            Pattern.compile("\\bHttpClient\\s*\\.\\s*(?:newHttpClient|newBuilder)\\s*\\(");
    private static final List<String> FEW_REQUESTS = List.of(
            "DescriptionText.java",
            "HttpCaller.java",
            "HttpWire.java",
            "ConformanceFixture.java",
            "SampleMcpServerTest.java",
            "TlsTest.java");
    /** In two parts, so that this file passes. */
    private static final String SLEEP = "Thread" + ".sleep";

    @Test
    void theFlowIsNotWrittenInJava() {
        assertThat(filesWith(Sources.below(Sources.MAIN, ".java"), ROUTE_BUILDER))
                .isEmpty();
    }

    @Test
    void noTestWaitsForTimeToPass() {
        assertThat(filesWith(Sources.below(Sources.TESTS, ".java"), Pattern.compile(Pattern.quote(SLEEP))))
                .isEmpty();
    }

    @Test
    void requestsSideBySideAreNotLeftToTheJdksClient() {
        List<Path> files = new ArrayList<>(Sources.below(Sources.MAIN, ".java"));
        files.addAll(Sources.below(Sources.TESTS, ".java"));

        assertThat(filesWith(files, JDK_CLIENT))
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(FEW_REQUESTS);
    }

    private static List<Path> filesWith(List<Path> files, Pattern pattern) {
        return files.stream()
                .filter(file -> pattern.matcher(Sources.code(file)).find())
                .toList();
    }

    @Test
    void packagesDependOnEachOtherInOneDirection() {
        Map<String, Set<String>> uses = uses();
        assertThat(uses.get("flow")).contains("session", "http", "credential");
        List<String> cycles = new ArrayList<>();
        uses.keySet().forEach(start -> follow(uses, start, List.of(start), cycles));
        assertThat(cycles).isEmpty();
    }

    private static Map<String, Set<String>> uses() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (Path file : Sources.below(Sources.MAIN, ".java")) {
            Path inside = Sources.MAIN.relativize(file);
            if (inside.getNameCount() > 1) {
                String own = inside.getName(0).toString();
                Set<String> used = uses.computeIfAbsent(own, unused -> new TreeSet<>());
                Matcher imported = IMPORTED.matcher(Sources.read(file));
                while (imported.find()) {
                    if (!imported.group(1).equals(own)) {
                        used.add(imported.group(1));
                    }
                }
            }
        }
        return uses;
    }

    private static void follow(Map<String, Set<String>> uses, String start, List<String> way, List<String> cycles) {
        for (String next : uses.getOrDefault(way.get(way.size() - 1), Set.of())) {
            List<String> further = new ArrayList<>(way);
            further.add(next);
            if (next.equals(start)) {
                cycles.add(String.join(" → ", further));
            } else if (!way.contains(next)) {
                follow(uses, start, further, cycles);
            }
        }
    }
}
