package dev.serai.cli;

import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.SeraiHeaders;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Names of call metadata: {@code Serai-…} over HTTP and on the terminal, {@code Capability…} on the exchange. */
final class MetadataHeaders {
    private MetadataHeaders() {}

    /** {@code CapabilitySessionReused} becomes {@code Serai-Session-Reused}; other headers are left out. */
    static SortedMap<String, String> fromExchange(Map<String, String> headers) {
        SortedMap<String, String> shown = new TreeMap<>();
        headers.forEach((name, value) -> {
            if (name.startsWith(InvocationHeaders.PREFIX)) {
                shown.put(toHttp(name), value);
            }
        });
        return shown;
    }

    /** {@code CapabilityTimeoutMs} becomes {@code Serai-Timeout-Ms}. */
    static String toHttp(String exchangeName) {
        return SeraiHeaders.PREFIX
                + exchangeName.substring(InvocationHeaders.PREFIX.length()).replaceAll("(?<=[a-z])(?=[A-Z])", "-");
    }

    static boolean isHttp(String name) {
        return name.regionMatches(true, 0, SeraiHeaders.PREFIX, 0, SeraiHeaders.PREFIX.length());
    }
}
