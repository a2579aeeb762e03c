package dev.serai.mcp.server;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/** Nothing of a request becomes an exchange header by itself, and only the headers of the protocol go out. */
public final class EntryHeaders implements HeaderFilterStrategy {
    private static final Set<String> OUT =
            Set.of("allow", "cache-control", "content-type", "mcp-session-id", "retry-after", "x-accel-buffering");

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return !OUT.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return true;
    }
}
