package dev.serai.mcp.server;

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Takes every connection, and has new ones wait while the server is restarted, as a load balancer does. */
final class PatientProxy implements AutoCloseable {
    private static final int PIECE = 8_192;
    private static final int AGAIN_MILLIS = 10;

    private final URI upstream;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean held;

    PatientProxy(URI upstream) {
        this.upstream = upstream;
        try {
            this.listener = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + upstream.getPath();
    }

    /** Cuts the connections that there are, and has others wait. */
    void hold() {
        held = true;
        sockets.forEach(this::end);
    }

    void release() {
        held = false;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try {
            Socket server = connected();
            sockets.add(client);
            sockets.add(server);
            threads.execute(() -> pump(server, client));
            pump(client, server);
        } catch (IOException e) {
            end(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(client);
        }
    }

    private Socket connected() throws IOException, InterruptedException {
        while (held) {
            if (closed.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("closed");
            }
        }
        return new Socket(upstream.getHost(), upstream.getPort());
    }

    private void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] piece = new byte[PIECE];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                out.write(piece, 0, n);
            }
        } catch (IOException e) {
            // It ends as at the end of the data.
        }
        end(from);
        end(to);
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(this::end);
        threads.shutdownNow();
    }
}
