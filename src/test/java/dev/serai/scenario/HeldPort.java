package dev.serai.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/**
 * The port of a server that was stopped and is to start again: nobody listens there, and no connection of another test
 * takes it in the meantime. The server itself may, as both sockets allow that.
 */
public final class HeldPort {
    private final Socket socket = new Socket();

    public HeldPort(URI server) {
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(server.getHost(), server.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the server there. */
    public void give(Runnable start) {
        try (socket) {
            start.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
