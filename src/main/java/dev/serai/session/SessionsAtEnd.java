package dev.serai.session;

/**
 * What became of the sessions that were open when the pool ended.
 *
 * @param closed those whose server was told, or keeps none
 * @param kept those that live on in the store
 * @param left those whose server was not told: that failed or took too long
 */
public record SessionsAtEnd(int closed, int kept, int left) {}
