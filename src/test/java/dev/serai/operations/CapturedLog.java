package dev.serai.operations;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Everything that is logged while it is open: message, parameters and stack trace of each event. */
final class CapturedLog extends Handler implements AutoCloseable {
    private static final Logger ROOT = Logger.getLogger("");
    /** Has a level of its own where a gateway of this process was told one. */
    private static final Logger OWN = Logger.getLogger("dev.serai");

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Map<Handler, Level> quiet = new HashMap<>();
    private final Level before = ROOT.getLevel();
    private final @Nullable Level ownBefore = OWN.getLevel();

    private CapturedLog() {
        setLevel(Level.ALL);
    }

    /** @param level which events of Serai, and of loggers that have no level of their own, are wanted */
    static CapturedLog at(Level level) {
        CapturedLog log = new CapturedLog();
        for (Handler console : ROOT.getHandlers()) {
            log.quiet.put(console, console.getLevel());
            console.setLevel(Level.OFF);
        }
        ROOT.setLevel(level);
        OWN.setLevel(null);
        ROOT.addHandler(log);
        return log;
    }

    List<String> events() {
        return events;
    }

    List<String> warnings() {
        return events.stream().filter(event -> event.startsWith("WARNING")).toList();
    }

    @Override
    public void publish(LogRecord event) {
        StringWriter text = new StringWriter();
        text.append(event.getLevel().getName()).append(' ').append(event.getLoggerName());
        text.append(' ').append(event.getMessage());
        if (event.getParameters() != null) {
            text.append(' ').append(Arrays.toString(event.getParameters()));
        }
        if (event.getThrown() != null) {
            event.getThrown().printStackTrace(new PrintWriter(text, true));
        }
        events.add(text.toString());
    }

    @Override
    public void flush() {
        // Nothing is buffered.
    }

    @Override
    public void close() {
        ROOT.removeHandler(this);
        ROOT.setLevel(before);
        OWN.setLevel(ownBefore);
        quiet.forEach(Handler::setLevel);
    }
}
