package dev.serai.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One call over REST on a connection of its own: closing it is the caller hanging up. */
final class RawCall implements AutoCloseable {
    private static final int STATUS_AT = 9;

    private final Socket socket;

    /** @param header lines such as {@code Serai-Priority: low}, each with its line end; may be empty */
    RawCall(String url, String id, String json, String header) {
        URI uri = URI.create(url);
        try {
            socket = new Socket(uri.getHost(), uri.getPort());
            socket.getOutputStream()
                    .write(("POST /capabilities/" + id + " HTTP/1.1\r\nHost: localhost\r\n" + header
                                    + "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n"
                                    + json)
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the answer's status. */
    int status() {
        try {
            String first = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return Integer.parseInt(first.substring(STATUS_AT, STATUS_AT + 3));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
