package dev.serai.gateway;

import java.net.BindException;
import org.jspecify.annotations.Nullable;

/** Turns what went wrong at start into one line for the user. */
final class StartFailure {
    private static final int MAX_CAUSES = 10;

    private StartFailure() {}

    static StartException explain(Exception failure, Settings settings) {
        @Nullable Throwable t = failure;
        Throwable last = failure;
        for (int i = 0; t != null && i < MAX_CAUSES; i++, t = t.getCause()) {
            if (t instanceof StartException e) {
                return e;
            }
            if (t instanceof BindException) {
                String port = settings.text("serai.http.port");
                return new StartException(
                        "port " + (port == null ? "8080" : port)
                                + " is in use; choose another with --port (0 for any free one)",
                        failure);
            }
            last = t;
        }
        return new StartException("the gateway cannot start: " + last.getMessage(), failure);
    }
}
