package dev.serai.http;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;

/** The client's own TLS, made when the first {@code https:} call needs it: reading the trusted roots takes a while. */
final class TlsOnFirstUse implements TlsSocketStrategy {
    @Override
    public SSLSocket upgrade(Socket socket, String target, int port, Object attachment, HttpContext context)
            throws IOException {
        return Held.STRATEGY.upgrade(socket, target, port, attachment, context);
    }

    private static final class Held {
        static final TlsSocketStrategy STRATEGY = DefaultClientTlsStrategy.createDefault();
    }
}
