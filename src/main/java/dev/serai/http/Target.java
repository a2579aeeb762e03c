package dev.serai.http;

import java.net.URI;
import org.apache.camel.util.UnsafeUriCharactersEncoder;

/**
 * Where a request goes.
 *
 * @param host name or address, an IPv6 address without brackets
 * @param port 1 to 65535; 0 where it is a process, named by the host
 * @param tls whether the connection is encrypted
 * @param path path and query as they go out
 */
record Target(String host, int port, boolean tls, String path) {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /** @throws IllegalArgumentException if it is no usable URL */
    static Target of(String url) {
        if (LocalServers.isLocal(url)) {
            return new Target(url, 0, false, "/");
        }
        URI uri = URI.create(UnsafeUriCharactersEncoder.encodeHttpURI(url));
        String host = uri.getHost();
        boolean tls = "https".equalsIgnoreCase(uri.getScheme()) || "wss".equalsIgnoreCase(uri.getScheme());
        boolean plain = "http".equalsIgnoreCase(uri.getScheme()) || "ws".equalsIgnoreCase(uri.getScheme());
        if (host == null || !(tls || plain)) {
            throw new IllegalArgumentException("expected http, https, ws or wss and a host");
        }
        int port = uri.getPort() < 0 ? (tls ? HTTPS : HTTP) : uri.getPort();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new Target(bare(host), port, tls, uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** As it stands in the {@code Host} field and in a URL. */
    String written() {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
