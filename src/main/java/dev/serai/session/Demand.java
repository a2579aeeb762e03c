package dev.serai.session;

import dev.serai.invocation.Priority;

/**
 * What one caller asks of the pool.
 *
 * @param deadline the ticker's time at which it gives up
 * @param turnBy the ticker's time until which it waits for a session that is busy
 */
record Demand(
        SessionKey key,
        SessionSettings settings,
        SessionHandler handler,
        Priority priority,
        long deadline,
        long turnBy) {
    /** Whether the key has a session that is open. */
    boolean hasOpen(Slots slots) {
        return slots.hasOpen(key, settings.poolSize());
    }
}
