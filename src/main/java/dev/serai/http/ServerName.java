package dev.serai.http;

import java.net.URI;

/** A server as it may be shown: host and port, without user, path and query, which can hold secrets. */
public final class ServerName {
    private static final String UNKNOWN = "unknown";

    private ServerName() {}

    /** For example {@code api.example.org}, {@code 127.0.0.1:8080} or {@code stdio:files}; {@code unknown} where the URL names no host. */
    public static String of(String url) {
        if (LocalServers.isLocal(url)) {
            return url;
        }
        try {
            URI uri = URI.create(url);
            if (uri.getHost() == null) {
                return UNKNOWN;
            }
            return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        } catch (IllegalArgumentException e) {
            return UNKNOWN;
        }
    }
}
