package dev.serai.entry;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * For the entry routes: nothing of a request becomes an exchange header by itself, and only the
 * headers of the contract go out.
 */
public final class EntryHeaderFilter implements HeaderFilterStrategy {
    private static final Set<String> OUT = Set.of(
            "content-type",
            "cache-control",
            "retry-after",
            "serai-request-id",
            "serai-session",
            "serai-session-reused",
            "serai-attempts",
            "serai-duration-ms",
            "serai-cache",
            "serai-fallback",
            "serai-fallback-reason");

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return !OUT.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return true;
    }
}
