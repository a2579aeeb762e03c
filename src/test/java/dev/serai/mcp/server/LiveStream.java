package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request on a socket of its own, whose answer is read event by event, and which can be broken off. */
final class LiveStream implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final BufferedReader in;
    private @Nullable String lastEventId;
    private final StringBuilder seen = new StringBuilder();

    private LiveStream(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Sends it; headers come as lines. */
    static LiveStream send(TestGateway gateway, String method, String headers, String body) {
        try {
            int port = Integer.parseInt(gateway.gateway().url().replaceAll(".*:", ""));
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MILLIS);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            String text = method + " /mcp HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAccept: " + RawMcp.ACCEPT
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n"
                    + headers.replace("\n", "\r\n") + "\r\n\r\n" + body;
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return new LiveStream(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has each read wait so long, instead of a minute. */
    LiveStream patient(Duration patience) {
        try {
            socket.setSoTimeout((int) patience.toMillis());
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the head of the answer. */
    String head() {
        for (String line = line(); line != null && !line.isEmpty(); line = line()) {
            // It is noted as it is read.
        }
        return seen.toString();
    }

    /** The next message; {@code null} where the stream has ended. */
    @Nullable
    JsonNode next() {
        for (String line = line(); line != null; line = line()) {
            if (line.startsWith("id: ")) {
                lastEventId = line.substring(4);
            } else if (line.startsWith("{")) {
                // No stream, but the answer itself.
                return TestGateway.tree(line);
            } else if (line.startsWith("data: {")) {
                return TestGateway.tree(line.substring(6));
            } else if (line.equals("0")) {
                return null;
            }
        }
        return null;
    }

    String lastEventId() {
        return String.valueOf(lastEventId);
    }

    private @Nullable String line() {
        StringBuilder line = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (c == '\n') {
                    return line.toString();
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.isEmpty() ? null : line.toString();
        } catch (IOException e) {
            throw new IllegalStateException("after " + seen + line, e);
        } finally {
            seen.append(line).append('\n');
        }
    }

    /** Pulls the plug. */
    @Override
    public void close() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
