package dev.serai.gateway;

import dev.serai.observe.AuditTrail;
import dev.serai.observe.JsonLog;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Level and form of the JDK's log. The loggers are held on to: the JDK forgets the level of one that nobody holds. */
public final class LogSetup {
    private static final String OWN_FORMATTERS = "dev.serai.";
    private static final String TEXT = "text";
    private static final String JSON = "json";
    private static final Logger OWN = Logger.getLogger("dev.serai");
    private static final Logger AUDIT = Logger.getLogger(AuditTrail.LOGGER);
    private static final Map<String, Level> LEVELS = Map.of(
            "TRACE", Level.FINEST,
            "DEBUG", Level.FINE,
            "INFO", Level.INFO,
            "WARN", Level.WARNING,
            "ERROR", Level.SEVERE,
            "OFF", Level.OFF);

    private LogSetup() {}

    /**
     * Sets the level of Serai's own log.
     *
     * @throws IllegalArgumentException naming the setting, the text and what was expected
     */
    public static void level(String name) {
        Level level = LEVELS.get(name.toUpperCase(Locale.ROOT));
        if (level == null) {
            throw new IllegalArgumentException(Setting.LOG_LEVEL.property() + " = '" + name
                    + "': expected one of TRACE, DEBUG, INFO, WARN, ERROR, OFF");
        }
        OWN.setLevel(level);
    }

    /** What the settings say. Handlers whose form is somebody else's are left as they are. */
    static void apply(Settings settings) throws StartException {
        try {
            String level = settings.text(Setting.LOG_LEVEL.property());
            if (level != null) {
                level(level);
            }
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        AUDIT.setLevel(Level.INFO);
        String form = settings.text(Setting.LOG_FORMAT.property());
        if (form != null && !List.of(TEXT, JSON).contains(form)) {
            throw new StartException(
                    Setting.LOG_FORMAT.property() + " = '" + form + "': expected one of text, json", null);
        }
        if (JSON.equals(form)) {
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                if (isOwn(handler.getFormatter())) {
                    handler.setFormatter(new JsonLog());
                }
            }
        }
    }

    private static boolean isOwn(@Nullable Formatter formatter) {
        return formatter != null && formatter.getClass().getName().startsWith(OWN_FORMATTERS);
    }
}
