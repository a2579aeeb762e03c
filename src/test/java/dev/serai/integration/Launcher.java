package dev.serai.integration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the command line as a user does: through bin/serai, in a process of its own. */
final class Launcher {
    private static final String LAUNCHER =
            Path.of("bin", "serai").toAbsolutePath().toString();
    private static final int LIMIT_SECONDS = 60;

    /**
     * What a run left.
     *
     * @param exit the exit status
     * @param out standard output, trimmed
     * @param err standard error
     */
    record Run(int exit, String out, String err) {}

    private Launcher() {}

    static Run serai(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("serai-", ".out");
        Path err = Files.createTempFile("serai-", ".err");
        List<String> command = new ArrayList<>(List.of(LAUNCHER));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("bin/serai still runs after " + LIMIT_SECONDS + " s: " + text(err));
            }
            return new Run(process.exitValue(), text(out).trim(), text(err));
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }

    /**
     * Starts one that goes on running; its standard output is the process's input stream. It heeds an interrupt as one
     * in a terminal does: jobs in the background are started without, and hand that down.
     */
    static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", LAUNCHER));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
