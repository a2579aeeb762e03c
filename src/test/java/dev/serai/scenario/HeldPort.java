package dev.serai.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/**
 * The port of a server that is to start, for the first time or again: nobody listens there, and no connection of another
 * test takes it in the meantime. The server itself may, as both sockets allow that.
 */
public final class HeldPort {
    private final Socket socket = new Socket();

    /** @param port on loopback; 0 for a free one */
    public HeldPort(int port) {
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public HeldPort(URI server) {
        this(server.getPort());
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** Starts the server there. */
    public void give(Runnable start) {
        start.run();
        free();
    }

    /** Where the server has started, or will not. */
    public void free() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
