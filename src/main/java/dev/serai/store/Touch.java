package dev.serai.store;

/**
 * A use of a stored session.
 *
 * @param place where it lies
 * @param tag its fingerprint: if another lies there, nothing happens
 * @param idleMillis unused for so long from now, it lapses
 * @param endsAt when it lapses however busy, in milliseconds since 1970
 */
record Touch(String place, String tag, long idleMillis, long endsAt) {
    /** A use is stored when this part of the idle time has passed since the last. */
    static final int IDLE_STEPS = 64;
}
