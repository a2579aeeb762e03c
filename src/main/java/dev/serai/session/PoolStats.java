package dev.serai.session;

import java.util.Map;

/**
 * What a pool has done so far. Reading it changes nothing.
 *
 * @param opens sessions opened
 * @param openFailures openings that failed; a remembered failure counts once
 * @param hits leases of a session that was open or being opened already
 * @param waits callers that had to queue for a busy session
 * @param closes sessions that ended, by reason; every reason is present
 * @param closeFailures closings that failed, took too long or were skipped because too many were waiting
 * @param live sessions open now, those being closed included
 */
public record PoolStats(
        long opens,
        long openFailures,
        long hits,
        long waits,
        Map<CloseReason, Long> closes,
        long closeFailures,
        int live) {

    /** Sessions given up because the server no longer knew or accepted them. */
    public long renewals() {
        return closes.getOrDefault(CloseReason.LOST, 0L)
                + closes.getOrDefault(CloseReason.REFUSED, 0L)
                + closes.getOrDefault(CloseReason.REPLACED, 0L);
    }
}
