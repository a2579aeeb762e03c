package dev.serai.store;

/**
 * What a look-up found in a place.
 *
 * @param tag the fingerprint of the stored session; empty without one
 * @param sealed the stored session; empty without one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Found(Kind kind, String tag, byte[] sealed) {
    /** The place was free and is now reserved for the one who looked. */
    static final Found RESERVED = new Found(Kind.RESERVED, "", new byte[0]);
    /** Free, and not reserved because that was not asked for. */
    static final Found NOTHING = new Found(Kind.NOTHING, "", new byte[0]);
    /** Reserved for another, who opens a session. */
    static final Found BEING_OPENED = new Found(Kind.BEING_OPENED, "", new byte[0]);
    /** The store could not be asked. */
    static final Found UNKNOWN = new Found(Kind.UNKNOWN, "", new byte[0]);

    enum Kind {
        RESERVED,
        NOTHING,
        BEING_OPENED,
        STORED,
        UNKNOWN
    }
}
