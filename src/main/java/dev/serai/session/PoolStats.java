package dev.serai.session;

import java.util.Map;

/**
 * What a pool has done so far. Reading it changes nothing.
 *
 * @param opensByReason sessions opened or restored, by reason; every reason is present
 * @param openFailures openings that failed; a remembered failure counts once
 * @param hits leases of a session that was open or being opened already
 * @param waits callers that had to queue for a busy session
 * @param closes sessions that ended, by reason; every reason is present
 * @param closeFailures closings that failed, took too long or were skipped because too many were waiting
 * @param live sessions open now, those being closed included
 * @param opening sessions being opened now
 */
public record PoolStats(
        Map<OpenReason, Long> opensByReason,
        long openFailures,
        long hits,
        long waits,
        Map<CloseReason, Long> closes,
        long closeFailures,
        int live,
        int opening) {

    /** Sessions opened, without those restored. */
    public long opens() {
        long all = opensByReason.values().stream().mapToLong(Long::longValue).sum();
        return all - opensByReason.getOrDefault(OpenReason.RESTORED, 0L);
    }

    /** Sessions given up because the server no longer knew or accepted them, or because a newer one came. */
    public long renewals() {
        return closes.getOrDefault(CloseReason.LOST, 0L)
                + closes.getOrDefault(CloseReason.REFUSED, 0L)
                + closes.getOrDefault(CloseReason.REPLACED, 0L);
    }
}
