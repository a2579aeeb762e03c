package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/serai} in an unpacked distribution, with a Java that only writes down how it was started. */
@Timeout(120)
class LauncherTest {
    private static final String JAVA = """
            #!/bin/sh
            for argument in "$@"; do
              case $argument in
                -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*) told=%1$s/training; made=${argument#*=} ;;
              esac
            done
            { printf '%%s\\n' "$@"; printf '%%s\\n' --; env; } >"${told:-%1$s/asked}.new"
            mv "${told:-%1$s/asked}.new" "${told:-%1$s/asked}"
            [ -z "${made:-}" ] || printf archive >"$made"
            """;

    /** As Maven ends: with a colour that is taken back, and no end of the line. */
    private static final String FAILING_MAVEN = """
            #!/bin/sh
            printf '[ERROR] COMPILATION ERROR : no such thing\\n\\033[0m'
            exit 1
            """;

    private static final String WORKING_MAVEN = """
            #!/bin/sh
            mkdir -p target/run/lib
            : >target/run/lib/serai.jar
            printf '[INFO] BUILD SUCCESS\\n\\033[0m'
            """;

    /** No archive is made in the background, which could still write when the folder is deleted. */
    private static final Map<String, String> NOTHING_BESIDE = Map.of("SERAI_CACHE", "none");

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void unpack() throws IOException {
        home = folder.resolve("serai");
        Path launcher = home.resolve("bin/serai");
        Files.createDirectories(launcher.getParent());
        Files.copy(Path.of("bin/serai"), launcher);
        Files.createDirectories(home.resolve("lib"));
        Files.writeString(home.resolve("lib/serai.jar"), "");
        program(folder.resolve("jdk/bin/java"), JAVA.formatted(folder));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    }

    private void start(Map<String, String> variables, String... arguments) throws Exception {
        var unused = run(0, variables, arguments);
    }

    /** Returns what it printed. */
    private String run(int status, Map<String, String> variables, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().addAll(List.of("sh", home.resolve("bin/serai").toString()));
        builder.command().addAll(List.of(arguments));
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        builder.environment().put("SERAI_CACHE", folder.resolve("cache").toString());
        builder.environment().putAll(variables);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isEqualTo(status);
        return said;
    }

    private static void program(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private List<String> told(String what) throws IOException {
        await().until(() -> Files.exists(folder.resolve(what)));
        return Files.readAllLines(folder.resolve(what));
    }

    @Test
    void jarsInExtComeLastOnTheClassPath() throws Exception {
        start(NOTHING_BESIDE, "run");
        assertThat(told("asked")).contains(home.toRealPath() + "/lib/serai.jar");
        Files.delete(folder.resolve("asked"));
        Files.writeString(Files.createDirectories(home.resolve("ext")).resolve("mine.jar"), "");
        start(NOTHING_BESIDE, "run");
        assertThat(told("asked")).contains(home.toRealPath() + "/lib/serai.jar:" + home.toRealPath() + "/ext/*");
    }

    /** A checkout, with this for Maven. */
    private Map<String, String> checkout(String maven) throws IOException {
        Files.delete(home.resolve("lib/serai.jar"));
        Files.writeString(home.resolve("pom.xml"), "");
        program(folder.resolve("jdk/bin/javac"), "");
        program(folder.resolve("tools/mvn"), maven);
        Map<String, String> variables = new HashMap<>(NOTHING_BESIDE);
        variables.put("PATH", folder.resolve("tools") + ":" + System.getenv("PATH"));
        return variables;
    }

    @Test
    void aBuildThatFailsIsSaidAndNothingIsStarted() throws Exception {
        String said = run(3, checkout(FAILING_MAVEN), "run");

        assertThat(said)
                .contains("[ERROR] COMPILATION ERROR : no such thing", "serai: the build failed")
                .doesNotContain("serai: built");
        assertThat(folder.resolve("asked")).doesNotExist();
        assertThat(home.resolve("target/run/built")).doesNotExist();
    }

    @Test
    void aBuildThatWorksIsStarted() throws Exception {
        String said = run(0, checkout(WORKING_MAVEN), "run");

        assertThat(said).contains("serai: building (first use)", "serai: built");
        assertThat(told("asked")).contains(home.toRealPath() + "/target/run/lib/serai.jar", "run");
        assertThat(home.resolve("target/run/built")).exists();
    }

    /** Returns when the making of it is over. */
    private void awaitArchive() {
        await().ignoreExceptionsInstanceOf(NoSuchFileException.class).until(() -> {
            try (var files = Files.list(folder.resolve("cache"))) {
                List<String> names = files.map(Path::toString).toList();
                return names.stream().anyMatch(name -> name.endsWith(".archive"))
                        && names.stream().noneMatch(name -> name.endsWith(".making"));
            }
        });
    }

    @Test
    void theStartUpArchiveIsMadeWithNothingOfTheUsers() throws Exception {
        Map<String, String> variables = Map.of(
                "SERAI_STORE", "file",
                "SERAI_ACCESS_API_KEYS_FILE", "/keys.yaml",
                "CAMEL_MAIN_NAME", "mine",
                "SERAI_JAVA_OPTS", "-Dmine=1");
        start(variables, "run", "--port", "1");
        awaitArchive();

        assertThat(told("asked")).contains("-Dserai.home=" + home.toRealPath(), "run", "SERAI_STORE=file", "-Dmine=1");
        assertThat(told("training"))
                .contains(
                        "-Dserai.home=" + home.toRealPath().resolve("lib/shipped"),
                        "demo",
                        "--once",
                        "serai.store=none")
                .noneMatch(line -> line.startsWith("SERAI_") || line.startsWith("CAMEL_"))
                .doesNotContain("-Dserai.home=" + home.toRealPath(), "-Dmine=1");
    }

    @Test
    void theStartUpArchiveIsUsedOnceItIsThere() throws Exception {
        start(Map.of(), "list");
        awaitArchive();

        start(Map.of(), "list");

        assertThat(told("asked")).anyMatch(line -> line.startsWith("-XX:SharedArchiveFile="));
    }

    private List<String> askedOn(String version, Map<String, String> variables, String verb) throws Exception {
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
        Files.deleteIfExists(folder.resolve("asked"));
        Map<String, String> all = new HashMap<>(variables);
        all.putAll(NOTHING_BESIDE);
        start(all, verb);
        return told("asked");
    }

    @ParameterizedTest
    @CsvSource({
        "17, false",
        "17.0.11, false",
        "17.0.12, true",
        "17.0.15, true",
        "18.0.2, false",
        "21, false",
        "21.0.3, false",
        "21.0.4, true",
        "22.0.2, false",
        "23, true",
        "25.0.3, true"
    })
    void anOptionThatAnOlderJavaRefusesIsOnlyGivenToOneThatKnowsIt(String version, boolean given) throws Exception {
        String option = "-XX:TrimNativeHeapInterval=10000";
        assertThat(askedOn(version, Map.of(), "run").contains(option)).isEqualTo(given);
        assertThat(askedOn(version, Map.of(), "list")).doesNotContain(option);
    }

    /** The launcher takes the least of what the system says, by sort. */
    private List<String> askedWith(String kibibytes, String verb) throws Exception {
        program(folder.resolve("tools/sort"), "#!/bin/sh\necho " + kibibytes + "\n");
        return askedOn("17.0.1", Map.of("PATH", folder.resolve("tools") + ":" + System.getenv("PATH")), verb);
    }

    @Test
    void theCollectorAndItsHeapSuitTheMemory() throws Exception {
        List<String> parallel = List.of("-XX:+UseParallelGC", "-Xmn56m", "-XX:InitialRAMPercentage=25");
        List<String> serial = List.of("-XX:+UseSerialGC", "-XX:MaxNewSize=48m", "-XX:SurvivorRatio=2");

        assertThat(askedWith("1048576", "run"))
                .containsAll(serial)
                .doesNotContainAnyElementsOf(parallel)
                .doesNotContain("-Xmx1g");
        assertThat(askedWith("1048577", "run"))
                .containsAll(parallel)
                .doesNotContainAnyElementsOf(serial)
                .doesNotContain("-Xmx1g");
        assertThat(askedWith("4194304", "run")).containsAll(parallel).doesNotContain("-Xmx1g");
        assertThat(askedWith("4194305", "demo")).containsAll(parallel).contains("-Xmx1g");
        assertThat(askedWith("", "run")).containsAll(parallel).contains("-Xmx1g");
        assertThat(askedWith("4194305", "list"))
                .contains("-XX:+UseSerialGC")
                .doesNotContainAnyElementsOf(parallel)
                .doesNotContain("-Xmx1g");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERAI_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
    void aCollectorOfTheUsersTakesThePlaceOfOurs(String variable) throws Exception {
        for (String verb : List.of("run", "list")) {
            assertThat(askedOn("17.0.1", Map.of(variable, "-Dmine=1 -XX:+UseZGC"), verb))
                    .contains(verb)
                    .doesNotContain("-XX:+UseParallelGC", "-XX:+UseSerialGC", "-Xmn56m");
        }
        assertThat(askedOn("17.0.1", Map.of(variable, "-XX:+UseStringDeduplication"), "run"))
                .contains("-XX:+UseParallelGC");
    }
}
