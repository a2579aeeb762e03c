package dev.serai.entry;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A TLS server on loopback that shows one certificate and serves only who shows another. */
final class ClientAuthServer {
    private ClientAuthServer() {}

    static HttpsServer create(Path chain, Path key, Path wanted) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new PemKeyCertOptions()
                        .setCertValue(Buffer.buffer(Files.readAllBytes(chain)))
                        .setKeyValue(Buffer.buffer(Files.readAllBytes(key)))
                        .getKeyManagerFactory(null)
                        .getKeyManagers(),
                trusting(wanted),
                null);
        HttpsServer made = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        made.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wants = context.getDefaultSSLParameters();
                wants.setNeedClientAuth(true);
                parameters.setSSLParameters(wants);
            }
        });
        return made;
    }

    private static TrustManager[] trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "wanted", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
