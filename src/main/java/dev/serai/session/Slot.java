package dev.serai.session;

/**
 * The place of one session.
 *
 * @param index from 0 to the pool size of the key, exclusive
 */
public record Slot(SessionKey key, int index) {}
