package dev.serai.store;

/**
 * A session as it is stored.
 *
 * @param tag its fingerprint
 * @param sealed the session, encrypted
 * @param idleMillis unused for so long, it lapses
 * @param endsAt when it lapses however busy, in milliseconds since 1970
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Entry(String tag, byte[] sealed, long idleMillis, long endsAt) {
    /** Whether a session that was last used then has lapsed. */
    boolean lapsed(long lastUse, long now) {
        return now >= endsAt || now - lastUse >= idleMillis;
    }

    /** A session that was used within this time is in use by another than the one for whom its idle time is over. */
    static long recent(long idleMillis) {
        return idleMillis - idleMillis / 8;
    }
}
