package dev.serai.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gateway in a process of its own, started from the class path of the tests, so that it can be killed. */
public final class GatewayProcess implements AutoCloseable {
    private static final String READY = "serai ready in ";
    private static final int PATIENCE_SECONDS = 30;
    private static final int FIRST_THAT_WARNS = 24;

    private final Process process;
    private final String url;
    private final Path log;

    private GatewayProcess(Process process, String url, Path log) {
        this.process = process;
        this.url = url;
        this.log = log;
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param capabilities the folder of its declarations; what it logs goes to a file beside it
     */
    public static GatewayProcess start(
            Path capabilities, Map<String, String> settings, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        // As bin/serai does: what a newer Java says of Netty is none of the gateway's lines.
        if (Runtime.version().feature() >= FIRST_THAT_WARNS) {
            command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"));
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "dev.serai.cli.Main",
                "run",
                "--port",
                "0",
                "--capabilities",
                capabilities.toString()));
        settings.forEach((name, value) -> command.addAll(List.of("-D", name + "=" + value)));
        try {
            Path log = Files.createTempFile(capabilities.toAbsolutePath().getParent(), "gateway-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            String url = ready(process);
            if (url == null) {
                process.destroyForcibly();
                throw new IllegalStateException("the gateway did not start: " + Files.readString(log));
            }
            return new GatewayProcess(process, url, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the demo in a folder that has {@code routes/}, {@code config/} and {@code capabilities/}, as a user does there. */
    public static GatewayProcess demo(Path home) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dserai.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.serai.cli.Main",
                "demo",
                "--port",
                "0");
        Path log = Files.createTempFile(home, "gateway-", ".log");
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectError(log.toFile())
                .start();
        String url = ready(process);
        if (url == null) {
            process.destroyForcibly();
            throw new IllegalStateException("the demo did not start: " + Files.readString(log));
        }
        return new GatewayProcess(process, url, log);
    }

    private static @Nullable String ready(Process process) throws IOException {
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(READY)) {
                return line.substring(line.indexOf("http"));
            }
        }
        return null;
    }

    /** Where it listens. */
    public String url() {
        return url;
    }

    /** A call over REST. */
    public HttpResponse<String> post(String id, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/capabilities/" + id))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(url + path)).build());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return TestHttp.send(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has logged so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code kill}; returns at once. */
    public void terminate() {
        process.destroy();
    }

    public boolean hasEnded() {
        return !process.isAlive();
    }

    /** Of one that has ended. */
    public int exitValue() {
        return process.exitValue();
    }

    /** As {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    @Override
    public void close() {
        process.destroy();
        await();
    }

    private void await() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the gateway did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
