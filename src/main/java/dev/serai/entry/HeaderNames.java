package dev.serai.entry;

import java.util.Locale;
import java.util.Set;

/** Which header names may cross between HTTP and an exchange at all. */
final class HeaderNames {
    private static final Set<String> FRAMING =
            Set.of("connection", "content-length", "transfer-encoding", "keep-alive", "upgrade", "trailer", "te");

    private HeaderNames() {}

    /**
     * False for the names that steer Camel ({@code Camel…}) or Serai ({@code Capability…}), and for every name
     * with an underscore, because flattened metadata has one ({@code mcp_server_url}).
     */
    static boolean isHarmless(String name) {
        return name.indexOf('_') < 0
                && !name.isEmpty()
                && !startsWith(name, "camel")
                && !startsWith(name, "capability")
                && !startsWith(name, "org.apache.camel");
    }

    /** True for what describes one connection or the length of one message; the server writes these itself. */
    static boolean isFraming(String name) {
        return FRAMING.contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }
}
