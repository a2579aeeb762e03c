package dev.serai.http;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Which headers cross the wire between a provider route and its upstream. Callers' headers never
 * reach a provider route, so what stands on the message is either metadata of the declaration, which
 * stays here, or was set by the route itself, which goes out. Answers bring in names of HTTP only:
 * nothing that looks like metadata or steers Camel.
 */
public final class UpstreamHeaders implements HeaderFilterStrategy {
    private static final int MAX_NAME = 128;
    private static final int MAX_KNOWN = 1_000;
    private static final Set<String> CONNECTION = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "date",
            "expect",
            "host",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
            "warning");

    /** Fields of answers: one that a route's earlier step left is not sent with its next. */
    private static final Set<String> ANSWERS = Set.of(
            "accept-ranges",
            "age",
            "allow",
            "alt-svc",
            "authentication-info",
            "etag",
            "last-modified",
            "location",
            "retry-after",
            "server",
            "set-cookie",
            "vary",
            "www-authenticate");

    /** What routes name is looked at once. */
    private final ConcurrentHashMap<String, Boolean> outbound = new ConcurrentHashMap<>();

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return !goesOut(name) || isMetadata(name, exchange);
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return !crosses(name) || isMetadata(name, exchange);
    }

    private boolean goesOut(String name) {
        Boolean known = outbound.get(name);
        if (known != null) {
            return known;
        }
        boolean found = crosses(name) && !ANSWERS.contains(name.toLowerCase(Locale.ROOT));
        if (outbound.size() < MAX_KNOWN) {
            outbound.put(name, found);
        }
        return found;
    }

    private static boolean isMetadata(String name, @Nullable Exchange exchange) {
        UpstreamCall call = exchange == null ? null : UpstreamCall.of(exchange);
        return call != null && call.capability().metadata().containsKey(name.toLowerCase(Locale.ROOT));
    }

    /** An RFC 9110 field name without underscore, of neither Camel nor this gateway, and end-to-end. */
    static boolean crosses(String name) {
        int length = name.length();
        if (length == 0 || length > MAX_NAME) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            boolean token = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
            if (!token) {
                return false;
            }
        }
        return !startsWith(name, "camel")
                && !startsWith(name, "capability")
                && !startsWith(name, "serai")
                && !CONNECTION.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Whether the value of a request's header may be a secret: names say little, so all but the well-known. */
    static boolean mayBeSecret(String name) {
        return !startsWith(name, "camel") && !startsWith(name, "accept") && !startsWith(name, "content-");
    }

    private static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }
}
