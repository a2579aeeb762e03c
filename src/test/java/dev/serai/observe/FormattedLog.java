package dev.serai.observe;

import dev.serai.cli.LogLine;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a log on the console would show: lines in the form that the gateway chose for it. */
final class FormattedLog extends Handler implements AutoCloseable {
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger OWN = Logger.getLogger("dev.serai");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Level before = OWN.getLevel();

    FormattedLog() {
        setFormatter(new LogLine());
        ROOT.addHandler(this);
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord event) {
        lines.add(getFormatter().format(event));
    }

    @Override
    public void flush() {
        // Nothing is buffered.
    }

    @Override
    public void close() {
        ROOT.removeHandler(this);
        OWN.setLevel(before);
    }
}
