package dev.serai.admission;

/**
 * How full it is; reading it changes nothing.
 *
 * @param inFlight calls that hold a permit, their work included that goes on after the answer
 * @param limit how many may
 * @param queuedHigh calls that wait with priority high
 * @param queuedMedium with priority medium
 * @param queuedLow with priority low
 * @param queueMax how many may wait
 * @param refusedFull calls refused so far because the queue was full
 * @param refusedTimeout calls refused so far that waited too long
 * @param closed whether new calls are refused
 */
public record AdmissionSnapshot(
        int inFlight,
        int limit,
        int queuedHigh,
        int queuedMedium,
        int queuedLow,
        int queueMax,
        long refusedFull,
        long refusedTimeout,
        boolean closed) {
    /** Calls that wait. */
    public int queued() {
        return queuedHigh + queuedMedium + queuedLow;
    }

    /** Whether a call that would have to wait is refused. */
    public boolean isFull() {
        return queued() >= queueMax && (queued() > 0 || inFlight >= limit);
    }
}
