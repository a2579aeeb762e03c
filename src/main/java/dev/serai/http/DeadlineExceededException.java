package dev.serai.http;

import java.io.IOException;

/** The deadline of a call passed while its answer was awaited or read; the connection has been cut. */
public final class DeadlineExceededException extends IOException {
    private static final long serialVersionUID = 1L;

    DeadlineExceededException(IOException cause) {
        super("the deadline passed", cause);
    }
}
