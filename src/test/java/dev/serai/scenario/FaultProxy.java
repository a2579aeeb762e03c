package dev.serai.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy that harms what passes: each piece of data, in either direction, meets a fault with a given chance. The
 * same seed gives the same faults for the same pieces of the same connections.
 */
final class FaultProxy implements AutoCloseable {
    private static final int PIECE = 4096;
    private static final int SLOW_PIECE = 64;
    private static final int LONGEST_DELAY_MILLIS = 50;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private enum Fault {
        /** Both connections are reset; the piece is lost. */
        RESET,
        /** Half the piece passes, then both connections end. */
        TRUNCATE,
        DELAY,
        /** The piece trickles. */
        SLOW
    }

    private final URI upstream;
    private final long seed;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong cuts = new AtomicLong();
    private volatile double rate;

    private FaultProxy(URI upstream, double rate, long seed, ServerSocket listener) {
        this.upstream = upstream;
        this.rate = rate;
        this.seed = seed;
        this.listener = listener;
    }

    /** Starts one; {@code rate} is the chance of a fault, 0 to 1. */
    static FaultProxy before(URI upstream, double rate, long seed) {
        try {
            FaultProxy proxy =
                    new FaultProxy(upstream, rate, seed, new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress()));
            proxy.threads.execute(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + upstream.getPath());
    }

    /** From now on everything passes unharmed. */
    void calm() {
        rate = 0;
    }

    /** How often it reset or truncated. */
    long cuts() {
        return cuts.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(socket -> end(socket, false));
        threads.shutdownNow();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(upstream.getHost(), upstream.getPort());
                sockets.add(client);
                sockets.add(server);
                long number = connections.getAndIncrement();
                threads.execute(() -> pump(client, server, new Random(seed + 2 * number)));
                threads.execute(() -> pump(server, client, new Random(seed + 2 * number + 1)));
            } catch (IOException e) {
                // Closed, or the server takes no connection: the client's stays unanswered until it is closed.
            }
        }
    }

    private void pump(Socket from, Socket to, Random random) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] piece = new byte[PIECE];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                boolean passes = random.nextDouble() >= rate;
                Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
                if (passes) {
                    out.write(piece, 0, n);
                } else if (!harm(fault, piece, n, out, random)) {
                    cuts.incrementAndGet();
                    end(from, fault == Fault.RESET);
                    end(to, fault == Fault.RESET);
                    return;
                }
            }
        } catch (IOException e) {
            // One side has gone: so does the other.
        }
        end(from, false);
        end(to, false);
    }

    /** Whether the connection goes on. */
    private static boolean harm(Fault fault, byte[] piece, int length, OutputStream out, Random random)
            throws IOException {
        switch (fault) {
            case RESET -> {
                return false;
            }
            case TRUNCATE -> {
                out.write(piece, 0, length / 2);
                return false;
            }
            case DELAY -> {
                LockSupport.parkNanos((long) random.nextInt(LONGEST_DELAY_MILLIS) * NANOS_PER_MILLI);
                out.write(piece, 0, length);
            }
            case SLOW -> {
                for (int at = 0; at < length; at += SLOW_PIECE) {
                    out.write(piece, at, Math.min(SLOW_PIECE, length - at));
                    LockSupport.parkNanos(NANOS_PER_MILLI);
                }
            }
        }
        return true;
    }

    private void end(Socket socket, boolean reset) {
        sockets.remove(socket);
        try {
            if (reset) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            // It is closed then.
        }
    }
}
