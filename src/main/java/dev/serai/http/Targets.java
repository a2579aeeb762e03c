package dev.serai.http;

import dev.serai.credential.Credential;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts a request's target together from the declared URL and what the provider route adds to it. */
final class Targets {
    private Targets() {}

    /** {@code base} without its query, and {@code path} below it with exactly one slash between. */
    static String join(String base, String path) {
        int query = base.indexOf('?');
        String root = query < 0 ? base : base.substring(0, query);
        if (path.isEmpty()) {
            return root;
        }
        String stem = root.endsWith("/") ? root.substring(0, root.length() - 1) : root;
        return path.startsWith("/") ? stem + path : stem + "/" + path;
    }

    /** The declared URL's own query, the route's and the credential's, in this order. */
    static String query(String base, String query, @Nullable String secret) {
        int mark = base.indexOf('?');
        StringBuilder joined = new StringBuilder(mark < 0 ? "" : base.substring(mark + 1));
        append(joined, query);
        append(joined, secret == null ? "" : secret);
        return joined.toString();
    }

    /** {@code name=value} of a credential that goes into the query, percent-encoded. */
    static @Nullable String parameter(Credential credential) {
        String name = credential.queryParameter();
        String value = credential.queryValue();
        return name == null || value == null
                ? null
                : URLEncoder.encode(name, StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder joined, String part) {
        if (!part.isEmpty()) {
            joined.append(joined.isEmpty() ? "" : "&").append(part);
        }
    }
}
