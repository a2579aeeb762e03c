package dev.serai.gateway;

import dev.serai.invocation.Causes;
import java.net.BindException;

/** Turns what went wrong at start into one line for the user. */
final class StartFailure {
    private StartFailure() {}

    static StartException explain(Exception failure, Settings settings) {
        Throwable last = failure;
        for (Throwable t : Causes.of(failure)) {
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
