package dev.serai.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What lies between the gateway and upstreams: which certificates it trusts, which one it shows, and a proxy. Has no text
 * form.
 */
public final class UpstreamNetwork {
    /** The JVM's trusted roots, no certificate of its own, no proxy. */
    public static final UpstreamNetwork PLAIN = new UpstreamNetwork("serai.upstream", null, null, null, List.of());

    private static final long LARGEST = 1L << 20;

    private final String prefix;
    private final TrustManager @Nullable [] trusted;
    private final @Nullable PemKeyCertOptions own;
    private final @Nullable URI proxy;
    private final List<String> direct;

    private UpstreamNetwork(
            String prefix,
            TrustManager @Nullable [] trusted,
            @Nullable PemKeyCertOptions own,
            @Nullable URI proxy,
            List<String> direct) {
        this.prefix = prefix;
        this.trusted = trusted;
        this.own = own;
        this.proxy = proxy;
        this.direct = direct;
    }

    /**
     * As the settings say.
     *
     * @param prefix of their names, in what is said of them
     * @param ca PEM file of the trusted certificates; {@code null} for the JVM's
     * @param certificate PEM file of the chain that is shown to upstreams that ask for one; {@code null} for none
     * @param key PEM file of its private key, not encrypted
     * @param proxy {@code http://host:port}; {@code null} for none
     * @param direct hosts, or {@code .suffix} of hosts, that are reached without it, with commas between
     * @throws IllegalArgumentException where one cannot be used, naming its setting
     */
    public static UpstreamNetwork read(
            String prefix,
            @Nullable Path ca,
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable String proxy,
            String direct) {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException(
                    prefix + ".tls.certificate and " + prefix + ".tls.key: expected both or none");
        }
        TrustManager[] trusted = ca == null ? null : trusted(prefix, bytes(prefix + ".tls.ca", ca));
        PemKeyCertOptions own = certificate == null || key == null
                ? null
                : new PemKeyCertOptions()
                        .setCertValue(bytes(prefix + ".tls.certificate", certificate))
                        .setKeyValue(bytes(prefix + ".tls.key", key));
        List<String> hosts = Arrays.stream(direct.split(","))
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .filter(host -> !host.isEmpty())
                .toList();
        UpstreamNetwork network =
                new UpstreamNetwork(prefix, trusted, own, proxy == null ? null : proxy(prefix, proxy), hosts);
        // What is in the files is looked at now, not with the first call.
        network.context();
        return network;
    }

    private static TrustManager[] trusted(String prefix, Buffer pem) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes()));
            int number = 0;
            for (Certificate each : all) {
                store.setCertificateEntry("trusted-" + number++, each);
            }
            if (number == 0) {
                throw new GeneralSecurityException("none");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    prefix + ".tls.ca: the file holds no certificates that can be used; expected PEM", e);
        }
    }

    private static Buffer bytes(String setting, Path file) {
        try {
            if (Files.size(file) <= LARGEST) {
                return Buffer.buffer(Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    setting + ": " + file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
        throw new IllegalArgumentException(setting + ": " + file + " is larger than " + LARGEST + " bytes");
    }

    private static URI proxy(String prefix, String text) {
        try {
            URI uri = URI.create(text.strip());
            if ("http".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getPort() > 0
                    && uri.getRawUserInfo() == null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Its message quotes what may hold a password.
        }
        throw new IllegalArgumentException(prefix + ".proxy: expected http://host:port, without user and password");
    }

    /** Whether this host is reached by the proxy, which then looks its name up. This machine never is. */
    boolean byProxy(String host) {
        if (proxy == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || name.startsWith("127.") || name.equals("::1")) {
            return false;
        }
        return direct.stream().noneMatch(each -> each.startsWith(".") ? name.endsWith(each) : name.equals(each));
    }

    void apply(ClientOptionsBase options, boolean byProxy) {
        if (trusted != null && trusted.length > 0) {
            options.setTrustOptions(TrustOptions.wrap(trusted[0]));
        }
        if (own != null) {
            options.setKeyCertOptions(own);
        }
        if (byProxy && proxy != null) {
            options.setProxyOptions(new ProxyOptions()
                    .setType(ProxyType.HTTP)
                    .setHost(proxy.getHost())
                    .setPort(proxy.getPort()));
        }
    }

    /** The JDK's client with this between it and servers; what is not set stays as it is. */
    public HttpClient.Builder over(HttpClient.Builder client) {
        SSLContext tls = context();
        if (tls != null) {
            client.sslContext(tls);
        }
        if (proxy != null) {
            client.proxy(
                    new Chosen(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), proxy.getPort()))));
        }
        return client;
    }

    private final class Chosen extends ProxySelector {
        private final Proxy used;

        Chosen(Proxy used) {
            this.used = used;
        }

        @Override
        public List<Proxy> select(URI uri) {
            return List.of(uri.getHost() != null && byProxy(uri.getHost()) ? used : Proxy.NO_PROXY);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            // Whoever asked is told.
        }
    }

    @Nullable
    URI proxy() {
        return proxy;
    }

    /** For the other client; {@code null} where nothing is set. */
    @Nullable
    SSLContext context() {
        if (trusted == null && own == null) {
            return null;
        }
        try {
            KeyManager[] keys =
                    own == null ? null : own.getKeyManagerFactory(null).getKeyManagers();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trusted, null);
            return context;
        } catch (Exception e) {
            // Its message can quote what is in the files.
            throw new IllegalArgumentException(
                    prefix + ".tls.certificate or " + prefix + ".tls.key cannot be used ("
                            + e.getClass().getSimpleName() + "); expected PEM, a key without a password",
                    e);
        }
    }
}
