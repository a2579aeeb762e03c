package dev.serai.admission;

/**
 * How full it is; reading it changes nothing.
 *
 * @param inFlight calls that hold a permit, their work included that goes on after the answer
 * @param limit how many may
 * @param queuedHigh calls that wait with priority high
 * @param queuedMedium with priority medium
 * @param queuedLow with priority low
 * @param closed whether new calls are refused
 */
public record AdmissionSnapshot(
        int inFlight, int limit, int queuedHigh, int queuedMedium, int queuedLow, boolean closed) {
    /** Calls that wait. */
    public int queued() {
        return queuedHigh + queuedMedium + queuedLow;
    }
}
