package dev.serai.gateway;

import org.jspecify.annotations.Nullable;

/** The gateway could not start; the message is for the user: what, where and what to do. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
