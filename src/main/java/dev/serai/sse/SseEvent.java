package dev.serai.sse;

/**
 * One event of a stream.
 *
 * @param type {@code message} where the stream names none
 * @param data lines joined with a line feed; empty only for who asked for such events
 */
public record SseEvent(String type, String data) {
    static final String MESSAGE = "message";

    /** Whether it is of the type that carries messages. */
    public boolean isMessage() {
        return type.equals(MESSAGE);
    }
}
