package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code serai stdio} before a gateway behind TLS, which asks for a certificate. */
@Timeout(120)
class StdioTlsTest {
    /** More than the client gives a connection to open. */
    private static final int SLOW_SECONDS = 6;

    @TempDir
    Path folder;

    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final List<Integer> ports = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        later.shutdownNow();
    }

    @Test
    void aConnectionThatIsUsedAgainWaitsForASlowAnswer() throws Exception {
        Path theirs = folder.resolve("theirs.pem");
        Path theirKey = folder.resolve("their-key.pem");
        Path ours = folder.resolve("ours.pem");
        Certificate server = Certificate.make(folder, "RSA");
        Certificate client = Certificate.make(folder, "RSA");
        server.write(theirs, theirKey);
        client.write(ours, folder.resolve("our-key.pem"));
        HttpServer gateway = ClientAuthServer.create(theirs, theirKey, ours);
        gateway.createContext("/mcp", this::answer);
        gateway.start();
        Process bridge = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djavax.net.ssl.trustStore=" + server.trustStore(folder),
                        "-Djavax.net.ssl.trustStorePassword=changeit",
                        "-Djavax.net.ssl.keyStore=" + client.keyStore(folder),
                        "-Djavax.net.ssl.keyStorePassword=changeit",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.serai.cli.Main",
                        "stdio",
                        "--url",
                        "https://127.0.0.1:" + gateway.getAddress().getPort())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // Nothing interrupts who reads from a process.
        var unused = later.schedule(bridge::destroyForcibly, 90, TimeUnit.SECONDS);
        try (Writer in = bridge.outputWriter();
                BufferedReader out = bridge.inputReader()) {
            in.write("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"ping\"}\n");
            in.flush();
            assertThat(out.readLine()).contains("\"result\"");

            in.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}\n");
            in.flush();

            assertThat(out.readLine()).contains("\"result\"");
            assertThat(ports).hasSize(2);
            assertThat(ports.get(1)).as("one connection").isEqualTo(ports.get(0));
        } finally {
            bridge.destroy();
            gateway.stop(0);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        ports.add(exchange.getRemoteAddress().getPort());
        String message = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean slow = message.contains("tools/call");
        var unused = later.schedule(() -> answer(exchange, slow ? 1 : 0), slow ? SLOW_SECONDS : 0, TimeUnit.SECONDS);
    }

    private static void answer(HttpExchange exchange, int id) {
        byte[] body = ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        try (exchange) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
