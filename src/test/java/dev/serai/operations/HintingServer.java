package dev.serai.operations;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers every request whose body is {@code {}}, says how long it keeps a connection, and closes none. */
final class HintingServer implements AutoCloseable {
    private final ServerSocket listener;
    private final String answer;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    /** @param hint a whole line of the head, or nothing */
    HintingServer(String hint) {
        answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + (hint.isEmpty() ? "" : hint + "\r\n")
                + "Content-Length: 2\r\n\r\n{}";
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    /** Connections so far. */
    int accepted() {
        return accepted.get();
    }

    /** Connections that the client has not closed. */
    int open() {
        return open.size();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                open.add(socket);
                thread(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            StringBuilder request = new StringBuilder();
            for (int next = in.read(); next >= 0; next = in.read()) {
                request.append((char) next);
                if (request.indexOf("\r\n\r\n{}") >= 0) {
                    request.setLength(0);
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            // The client's end of the connection has gone.
        } finally {
            open.remove(socket);
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "hinting-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
