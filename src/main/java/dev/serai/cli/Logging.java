package dev.serai.cli;

import dev.serai.gateway.SecretLoggers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
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

    private static final Map<String, Level> LEVELS = Map.of(
            "TRACE", Level.FINEST,
            "DEBUG", Level.FINE,
            "INFO", Level.INFO,
            "WARN", Level.WARNING,
            "ERROR", Level.SEVERE,
            "OFF", Level.OFF);

    private static final Logger OWN = Logger.getLogger("dev.serai");

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
        Level level = LEVELS.get(name.toUpperCase(Locale.ROOT));
        if (level == null) {
            throw CliException.usage(LEVEL + " is one of TRACE, DEBUG, INFO, WARN, ERROR, OFF; was '" + name + "'");
        }
        OWN.setLevel(level);
    }

    private static @Nullable String asked() {
        String property = System.getProperty(LEVEL);
        return property == null ? System.getenv("SERAI_LOG_LEVEL") : property;
    }
}
