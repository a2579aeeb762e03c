package dev.serai.importing;

import dev.serai.http.LocalServers;
import dev.serai.http.UpstreamNetwork;
import org.jspecify.annotations.Nullable;

/**
 * A server to import from.
 *
 * @param url http, https, or {@code stdio:name}
 * @param token sent as bearer token; {@code null} sends none
 * @param local the listed servers
 * @param network what lies between here and a URL
 */
public record ImportSource(String url, @Nullable String token, LocalServers local, UpstreamNetwork network) {
    /** Without the token. */
    @Override
    public String toString() {
        return "ImportSource[" + url + "]";
    }
}
