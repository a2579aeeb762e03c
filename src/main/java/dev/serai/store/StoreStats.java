package dev.serai.store;

/**
 * How the store does; counts since the start.
 *
 * @param mode what sessions are stored in
 * @param degraded whether it cannot be used now, so that sessions live in memory only
 * @param reads look-ups before an opening
 * @param hits look-ups that found a session to take over
 * @param writes sessions stored
 * @param failures accesses that failed, and records that could not be read
 */
public record StoreStats(StoreMode mode, boolean degraded, long reads, long hits, long writes, long failures) {
    /** Of a gateway that stores nothing. */
    public static final StoreStats NONE = new StoreStats(StoreMode.NONE, false, 0, 0, 0, 0);
}
