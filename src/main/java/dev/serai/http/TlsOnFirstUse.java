package dev.serai.http;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** TLS of a client, made when the first {@code https:} call needs it: reading the trusted roots takes a while. */
final class TlsOnFirstUse implements TlsSocketStrategy {
    private final Supplier<? extends TlsSocketStrategy> making;
    private final Duration patience;
    private volatile @Nullable TlsSocketStrategy made;

    /** @param patience how long the server may be silent in a handshake that nothing else bounds, as one through a proxy */
    TlsOnFirstUse(Supplier<? extends TlsSocketStrategy> making, Duration patience) {
        this.making = making;
        this.patience = patience;
    }

    @Override
    public SSLSocket upgrade(Socket socket, String target, int port, Object attachment, HttpContext context)
            throws IOException {
        TlsSocketStrategy known = made;
        TlsSocketStrategy tls = known == null ? make() : known;
        boolean bounded = socket.getSoTimeout() > 0;
        if (!bounded) {
            socket.setSoTimeout((int) Math.max(1, Math.min(Integer.MAX_VALUE, patience.toMillis())));
        }
        SSLSocket secured = tls.upgrade(socket, target, port, attachment, context);
        if (!bounded) {
            secured.setSoTimeout(0);
        }
        return secured;
    }

    private synchronized TlsSocketStrategy make() {
        TlsSocketStrategy known = made;
        if (known == null) {
            known = making.get();
            made = known;
        }
        return known;
    }
}
