package dev.serai.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP proxy whose connections can lose all that passes, and stay open, as where a network drops packets. */
final class SilentProxy implements AutoCloseable {
    private static final int PIECE = 4096;

    private final URI upstream;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
    private final AtomicInteger taken = new AtomicInteger();
    private volatile boolean silence;

    SilentProxy(String upstream) {
        this.upstream = URI.create(upstream);
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** Connections so far. */
    int taken() {
        return taken.get();
    }

    /** Nothing passes any more, on connections that are there and on new ones. */
    synchronized void silence() {
        silence = true;
        silent.addAll(sockets);
    }

    /** New connections work; those that are there stay as they are. */
    synchronized void restore() {
        silence = false;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(upstream.getHost(), upstream.getPort());
                begin(client, server);
                threads.execute(() -> pump(client, server));
                threads.execute(() -> pump(server, client));
            } catch (IOException e) {
                // Closed, or the server has gone: the client's connection stays unanswered.
            }
        }
    }

    private synchronized void begin(Socket client, Socket server) {
        sockets.add(client);
        sockets.add(server);
        if (silence) {
            silent.add(client);
            silent.add(server);
        }
        taken.incrementAndGet();
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] piece = new byte[PIECE];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                if (!silent.contains(from)) {
                    out.write(piece, 0, n);
                }
            }
        } catch (IOException e) {
            // One side has gone: so does the other.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
