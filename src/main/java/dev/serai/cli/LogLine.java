package dev.serai.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One event, one line. Line breaks and control characters of a message are escaped, and what follows of a stack trace is
 * indented by a mark that no event has: nobody forges a line.
 */
public final class LogLine extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    private static final String TRACE = "  | ";

    @Override
    public String format(LogRecord event) {
        StringBuilder line = new StringBuilder();
        line.append(TIME.format(Instant.ofEpochMilli(event.getMillis())))
                .append(' ')
                .append(level(event.getLevel()))
                .append(' ')
                .append(shortName(event.getLoggerName()))
                .append(' ');
        escape(formatMessage(event), line);
        line.append(System.lineSeparator());
        Throwable thrown = event.getThrown();
        if (thrown != null) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace, true));
            trace.toString().lines().forEach(part -> {
                line.append(TRACE);
                escape(part, line);
                line.append(System.lineSeparator());
            });
        }
        return line.toString();
    }

    private static void escape(String message, StringBuilder line) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append(' ');
                default -> line.append(Character.isISOControl(c) ? '?' : c);
            }
        }
    }

    private static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN ";
        }
        return value >= Level.INFO.intValue() ? "INFO " : "DEBUG";
    }

    private static String shortName(String name) {
        return name == null ? "-" : name.substring(name.lastIndexOf('.') + 1);
    }
}
