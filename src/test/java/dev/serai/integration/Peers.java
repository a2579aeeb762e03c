package dev.serai.integration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Scripts of the tests that use the installed packages: they have to lie beside them. */
final class Peers {
    private static final Path INSTALLED = Path.of("target", "integration");
    private static final Path SCRIPTS = Path.of("src", "test", "resources", "integration");

    private Peers() {}

    /** What a process wrote, errors too, and how it ended. */
    record Run(int exit, String out) {}

    static void copyScripts() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            for (Path script :
                    files.filter(file -> file.toString().endsWith(".mjs")).toList()) {
                // Tests of another process copy too, or read: a file is there whole, at any time.
                Path copy = Files.createTempFile(INSTALLED, "copy-", ".mjs");
                try {
                    Files.copy(script, copy, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(copy, INSTALLED.resolve(script.getFileName()), StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    Files.deleteIfExists(copy);
                }
            }
        }
    }

    static NpmServer server(String script, String... arguments) throws IOException {
        return NpmServer.start("../" + script, arguments);
    }

    /** Runs a command in the folder of the packages, until it ends. */
    static Run run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(INSTALLED.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), out);
        } finally {
            process.destroyForcibly();
        }
    }
}
