package dev.serai.cli;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.CatalogLoader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client that has started {@code serai stdio} and talks to it over its input and output. */
public final class StdioClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PipedOutputStream client = new PipedOutputStream();
    private final CompletableFuture<Integer> running;

    public StdioClient(String url) throws IOException {
        InputStream in = new PipedInputStream(client, 1 << 20);
        CliContext context = new CliContext(
                Path.of("").toAbsolutePath(),
                in,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                CatalogLoader::load,
                LocalGateway::start);
        running = CompletableFuture.supplyAsync(() -> new Cli(context).run("stdio", "--url", url));
    }

    public void say(String... lines) throws IOException {
        for (String line : lines) {
            client.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        client.flush();
    }

    List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Waits for the answer to the request of this id, as JSON. */
    public JsonNode answer(String id) {
        await().atMost(PATIENCE).until(() -> lines().stream().anyMatch(line -> isAnswer(line, id)));
        return CliFixture.json(
                lines().stream().filter(line -> isAnswer(line, id)).findFirst().orElseThrow());
    }

    static boolean isAnswer(String line, String id) {
        JsonNode message = CliFixture.json(line);
        return !message.has("method") && message.path("id").toString().equals(id);
    }

    /** Waits for the end of the command without ending its input. */
    int exitCode() throws Exception {
        return running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Ends the input. */
    int end() throws Exception {
        client.close();
        return exitCode();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
