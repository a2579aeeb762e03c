package dev.serai.mcp.server;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How grave a message of a log is (RFC 5424 section 6.2.1), the least first. */
enum LogLevel {
    DEBUG,
    INFO,
    NOTICE,
    WARNING,
    ERROR,
    CRITICAL,
    ALERT,
    EMERGENCY;

    /** The level of this name, or {@code null}. */
    static @Nullable LogLevel named(String name) {
        for (LogLevel level : values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(name)) {
                return level;
            }
        }
        return null;
    }
}
