package dev.serai.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bench/ runs from source compiles with the code as it is. Peers are projects of their own, with their own POM. */
class BenchSourcesTest {
    private static final Path BENCH = Path.of("bench");

    @TempDir
    Path classes;

    private static List<Path> sources() throws IOException {
        try (Stream<Path> all = Files.walk(BENCH)) {
            return all.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.startsWith(BENCH.resolve("peers")))
                    .toList();
        }
    }

    @Test
    void everySourceOfABenchmarkCompiles() throws IOException {
        List<Path> sources = sources();
        assertThat(sources).contains(BENCH.resolve("pool").resolve("SessionBench.java"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-classpath", System.getProperty("java.class.path"));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            problems, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as("%s", problems).isTrue();
        }
    }
}
