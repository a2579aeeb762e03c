package dev.serai.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A caller that reads when the test says so, and takes little meanwhile. */
final class EventCaller implements AutoCloseable {
    /** One event. */
    record Event(String name, JsonNode data) {}

    private static final int LITTLE = 4_096;

    private final Socket socket = new Socket();
    private final BufferedReader in;
    private final List<String> head = new ArrayList<>();

    EventCaller(String url, String path, String body, String... headers) throws IOException {
        URI gateway = URI.create(url);
        socket.setReceiveBufferSize(LITTLE);
        socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        socket.getOutputStream()
                .write(("POST " + path + " HTTP/1.1\r\nHost: " + gateway.getAuthority()
                                + "\r\nContent-Type: application/json\r\nConnection: close\r\n" + more
                                + "Content-Length: " + bytes.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The status line and the headers, read first. */
    List<String> head() throws IOException {
        if (head.isEmpty()) {
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.add(line);
            }
        }
        return head;
    }

    /** The next event, of which there must be one. */
    Event next() throws IOException {
        Event next = read();
        if (next == null) {
            throw new AssertionError("the stream has ended");
        }
        return next;
    }

    /** {@code null} at the end of the stream; lines of the chunked coding are passed over. */
    private @Nullable Event read() throws IOException {
        var unused = head();
        String name = "message";
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("event: ")) {
                name = line.substring("event: ".length());
            } else if (line.startsWith("data: ")) {
                return new Event(name, TestGateway.tree(line.substring("data: ".length())));
            }
        }
        return null;
    }

    List<Event> rest() throws IOException {
        List<Event> rest = new ArrayList<>();
        for (Event event = read(); event != null; event = read()) {
            rest.add(event);
        }
        return rest;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
