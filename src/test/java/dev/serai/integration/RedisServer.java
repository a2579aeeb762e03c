package dev.serai.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.serai.scenario.HeldPort;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A redis-server of the test's own, on a port that it keeps. */
final class RedisServer implements AutoCloseable {
    private static final String SNAPSHOT = "dump.rdb";

    private final Path folder;
    private final int port;
    /** While it does not run. */
    private HeldPort held;

    private final @Nullable String password;
    private final RedisClient client;
    private @Nullable Process process;

    private RedisServer(Path folder, @Nullable String password) {
        this.folder = folder;
        this.password = password;
        this.held = new HeldPort(0);
        this.port = held.port();
        RedisURI uri =
                RedisURI.create("redis://" + (password == null ? "" : ":" + password + "@") + "127.0.0.1:" + port);
        uri.setTimeout(Duration.ofSeconds(10));
        this.client = RedisClient.create(uri);
    }

    static RedisServer start(Path folder) throws IOException {
        return start(folder, null);
    }

    static RedisServer start(Path folder, @Nullable String password) throws IOException {
        RedisServer server = new RedisServer(folder, password);
        server.start();
        return server;
    }

    /** Without anything of what it knew before. */
    void start() throws IOException {
        try {
            process = new ProcessBuilder(
                            "redis-server",
                            "--port",
                            Integer.toString(port),
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--appendonly",
                            "no",
                            "--rdbcompression",
                            "no",
                            "--dbfilename",
                            SNAPSHOT,
                            "--dir",
                            folder.toString(),
                            "--requirepass",
                            password == null ? "" : password)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IOException("these tests need redis-server on the PATH: apt-get install redis-server", e);
        }
        Awaitility.await().ignoreExceptions().until(() -> "PONG".equals(ask(RedisCommands::ping)));
        held.free();
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    <T> T ask(Function<RedisCommands<String, String>, T> question) {
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return question.apply(connection.sync());
        }
    }

    /** Where sessions lie. */
    List<String> places() {
        return ask(commands -> commands.keys("serai:session:*"));
    }

    long millisToLive(String place) {
        return ask(commands -> commands.pttl(place));
    }

    /** Everything that it holds, byte for byte. */
    String content() throws IOException {
        ask(RedisCommands::save);
        Path snapshot = folder.resolve(SNAPSHOT);
        String content = Files.readString(snapshot, ISO_8859_1);
        Files.delete(snapshot);
        return content;
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        running().destroyForcibly().waitFor();
        held = new HeldPort(port);
    }

    /** It keeps its connections and answers nothing until it is continued. */
    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", name, Long.toString(running().pid()))
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("kill " + name + " ended with " + exit);
        }
    }

    private Process running() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("it was not started");
        }
        return running;
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        held.free();
        running().destroyForcibly();
    }
}
