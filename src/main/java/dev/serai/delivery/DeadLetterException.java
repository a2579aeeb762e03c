package dev.serai.delivery;

/** A broker's dead letters cannot be reached. */
public final class DeadLetterException extends Exception {
    private static final long serialVersionUID = 1L;

    public DeadLetterException(String message, Throwable cause) {
        super(message, cause);
    }
}
