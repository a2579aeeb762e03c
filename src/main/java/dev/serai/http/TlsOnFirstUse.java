package dev.serai.http;

import java.io.IOException;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** TLS of a client, made when the first {@code https:} call needs it: reading the trusted roots takes a while. */
final class TlsOnFirstUse implements TlsSocketStrategy {
    private final Supplier<? extends TlsSocketStrategy> making;
    private volatile @Nullable TlsSocketStrategy made;

    TlsOnFirstUse(Supplier<? extends TlsSocketStrategy> making) {
        this.making = making;
    }

    @Override
    public SSLSocket upgrade(Socket socket, String target, int port, Object attachment, HttpContext context)
            throws IOException {
        TlsSocketStrategy known = made;
        return (known == null ? make() : known).upgrade(socket, target, port, attachment, context);
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
