package dev.serai.cli;

import dev.serai.gateway.LogSetup;
import dev.serai.gateway.SecretLoggers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * Sets up the JDK's logging: one line per event on standard error, {@code INFO} for Serai and {@code WARN} for
 * libraries. A file {@code config/logging.properties} replaces these settings.
 */
final class Logging {
    /** The setting, and with capitals and underscores the environment variable, of Serai's own level. */
    static final String LEVEL = "serai.log.level";

    private static final String DEFAULTS = """
            handlers = java.util.logging.ConsoleHandler
            java.util.logging.ConsoleHandler.level = ALL
            java.util.logging.ConsoleHandler.formatter = dev.serai.cli.LogLine
            .level = WARNING
            """;

    private Logging() {}

    /** Comes before the first use of a logger. */
    static void configure(Path home, String usualLevel) {
        Path own = home.resolve("config").resolve("logging.properties");
        try (InputStream settings = Files.isRegularFile(own)
                ? Files.newInputStream(own)
                : new ByteArrayInputStream(DEFAULTS.getBytes(StandardCharsets.ISO_8859_1))) {
            LogManager.getLogManager().readConfiguration(settings);
        } catch (IOException e) {
            throw CliException.usage(own + " cannot be read: " + e.getMessage());
        }
        SecretLoggers.silence();
        String asked = asked();
        level(asked == null ? usualLevel : asked);
    }

    /** Sets the level of Serai's own log: TRACE, DEBUG, INFO, WARN, ERROR or OFF. */
    static void level(String name) {
        try {
            LogSetup.level(name);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String asked() {
        String property = System.getProperty(LEVEL);
        return property == null ? System.getenv("SERAI_LOG_LEVEL") : property;
    }
}
