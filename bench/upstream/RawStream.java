import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One HTTP request on a connection of its own, whose answer is read message by message. */
final class RawStream {
    private static final int PATIENCE_MS = 300_000;

    private final Socket socket;
    private final InputStream in;
    private Map<String, String> head;
    private long leftOfChunk;

    private RawStream(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** The method alone asks {@code /mcp}; else it is a method and a path. */
    static RawStream send(int port, String method, String session, String body) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
        socket.setSoTimeout(PATIENCE_MS);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String text = (method.contains(" ") ? method : method + " /mcp") + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nConnection: close\r\nAccept: application/json, text/event-stream\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n"
                + (session == null ? "" : "Mcp-Session-Id: " + session + "\r\n") + "\r\n";
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(bytes);
        socket.getOutputStream().write(all.toByteArray());
        return new RawStream(socket);
    }

    /** The headers of the answer, by their names in small letters; the status is under the empty name. */
    Map<String, String> head() throws IOException {
        if (head == null) {
            Map<String, String> read = new HashMap<>();
            read.put("", rawLine());
            for (String line = rawLine(); line != null && !line.isEmpty(); line = rawLine()) {
                int colon = line.indexOf(':');
                read.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
            head = read;
        }
        return head;
    }

    /** The next message, of an event or the whole body; {@code null} at the end. */
    String next() throws IOException {
        for (String line = line(); line != null; line = line()) {
            if (line.startsWith("{")) {
                return line;
            }
            if (line.startsWith("data: {")) {
                return line.substring("data: ".length());
            }
        }
        return null;
    }

    /** What is left of the body. */
    String rest() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = line(); line != null; line = line()) {
            all.append('\n').append(line);
        }
        return all.toString();
    }

    private String line() throws IOException {
        boolean chunked = "chunked".equalsIgnoreCase(head().get("transfer-encoding"));
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = chunked ? chunkByte() : in.read(); c >= 0; c = chunked ? chunkByte() : in.read()) {
            if (c == '\n') {
                return line.toString(StandardCharsets.UTF_8).stripTrailing();
            }
            line.write(c);
        }
        return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
    }

    private int chunkByte() throws IOException {
        if (leftOfChunk == 0) {
            String size = rawLine();
            while (size != null && size.isEmpty()) {
                size = rawLine();
            }
            leftOfChunk = size == null ? -1 : Long.parseLong(size, 16);
            if (leftOfChunk == 0) {
                leftOfChunk = -1;
            }
        }
        if (leftOfChunk < 0) {
            return -1;
        }
        leftOfChunk--;
        return in.read();
    }

    private String rawLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.length() == 0 ? null : line.toString();
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The connection is reset, whatever is under way. */
    void pullThePlug() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
