package dev.serai.integration;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server from an npm package, run as a child process on a free loopback port. */
final class NpmServer implements AutoCloseable {
    private static final Path INSTALLED = Path.of("target", "integration");
    private static final Path PRELOAD = Path.of("src", "test", "resources", "integration", "loopback.cjs");
    private static final String ANNOUNCEMENT = "listening-on ";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int STOP_SECONDS = 5;

    private final Process process;
    private final int port;

    private NpmServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a script and waits until it listens.
     *
     * @param script the script's path below {@code node_modules}
     */
    static NpmServer start(String script, String... arguments) throws IOException {
        Path main = INSTALLED.resolve("node_modules").resolve(script);
        if (!Files.isRegularFile(main)) {
            throw new IllegalStateException(main + " is missing: run bin/integration, which installs it");
        }
        Path log = Files.createTempFile(Files.createDirectories(INSTALLED.resolve("log")), "server-", ".log");
        List<String> command = new ArrayList<>(
                List.of("node", "--require", PRELOAD.toAbsolutePath().toString()));
        command.add(main.toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new NpmServer(process, awaitPort(process, log));
    }

    /** The address of a path on this server. */
    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    private static int awaitPort(Process process, Path log) {
        try {
            return await("a server that listens; its output is in " + log)
                    .atMost(START_LIMIT)
                    .until(() -> announcedPort(log).or(() -> deadPort(process, log)), Optional::isPresent)
                    .orElseThrow();
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Optional<Integer> announcedPort(Path log) {
        return read(log)
                .lines()
                .filter(line -> line.startsWith(ANNOUNCEMENT))
                .map(line -> Integer.valueOf(line.substring(ANNOUNCEMENT.length())))
                .findFirst();
    }

    private static Optional<Integer> deadPort(Process process, Path log) {
        if (process.isAlive()) {
            return Optional.empty();
        }
        throw new IllegalStateException("the server ended with " + process.exitValue() + ": " + read(log));
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
