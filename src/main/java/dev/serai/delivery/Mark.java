package dev.serai.delivery;

import org.jspecify.annotations.Nullable;

/**
 * What was known of a delivery when it came.
 *
 * @param outcome how it ended, for {@link Kind#FINISHED} only
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Mark(Kind kind, byte @Nullable [] outcome) {
    /** It has never been here; it is marked now. */
    public static final Mark NEW = new Mark(Kind.NEW, null);

    /** Nothing is known, but what was before this process, or at others, cannot be; it is marked now. */
    public static final Mark UNCERTAIN = new Mark(Kind.UNCERTAIN, null);

    /** It began, and nobody knows how it ended. */
    public static final Mark BEGUN = new Mark(Kind.BEGUN, null);

    public static Mark finished(byte[] outcome) {
        return new Mark(Kind.FINISHED, outcome);
    }

    /** What a mark says. */
    public enum Kind {
        NEW,
        UNCERTAIN,
        BEGUN,
        FINISHED
    }
}
