package dev.serai.cli;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Names of call metadata: {@code Serai-…} over HTTP and on the terminal, {@code Capability…} on the exchange. */
final class MetadataHeaders {
    private static final String EXCHANGE = "Capability";
    private static final String HTTP = "Serai-";

    private MetadataHeaders() {}

    /** {@code CapabilitySessionReused} becomes {@code Serai-Session-Reused}; other headers are left out. */
    static SortedMap<String, String> fromExchange(Map<String, String> headers) {
        SortedMap<String, String> shown = new TreeMap<>();
        headers.forEach((name, value) -> {
            if (name.startsWith(EXCHANGE)) {
                shown.put(toHttp(name), value);
            }
        });
        return shown;
    }

    /** {@code CapabilityTimeoutMs} becomes {@code Serai-Timeout-Ms}. */
    static String toHttp(String exchangeName) {
        return HTTP + exchangeName.substring(EXCHANGE.length()).replaceAll("(?<=[a-z])(?=[A-Z])", "-");
    }

    static boolean isHttp(String name) {
        return name.regionMatches(true, 0, HTTP, 0, HTTP.length());
    }
}
