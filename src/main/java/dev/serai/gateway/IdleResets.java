package dev.serai.gateway;

import java.io.IOException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps "Connection reset" of the HTTP client out of the log, where it stands as an error with a trace: a server may drop
 * a connection that nobody uses, and where one is used the call says what became of it.
 */
final class IdleResets implements Filter {
    private static final Logger LOG = LoggerFactory.getLogger(IdleResets.class);
    /** Held, because the JDK forgets a logger that nobody holds. */
    private static final java.util.logging.Logger SOURCE =
            java.util.logging.Logger.getLogger("io.vertx.core.net.impl.ConnectionBase");

    private IdleResets() {}

    /** Nothing else of that logger is kept out. */
    static void silence() {
        SOURCE.setFilter(new IdleResets());
    }

    @Override
    public boolean isLoggable(LogRecord event) {
        Throwable thrown = event.getThrown();
        boolean reset = thrown instanceof IOException
                && thrown.getMessage() != null
                && thrown.getMessage().contains("Connection reset");
        if (reset) {
            LOG.debug("a connection was reset by its other end");
        }
        return !reset;
    }
}
