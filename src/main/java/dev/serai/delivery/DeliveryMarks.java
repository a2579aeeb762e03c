package dev.serai.delivery;

/**
 * What is known of deliveries that must not run twice (EIP: Idempotent Receiver). A mark is set before the call begins
 * and says how it ended once that is known; each operation is atomic. A store that cannot be used is no error: what is
 * known is then less.
 */
public interface DeliveryMarks extends AutoCloseable {
    /** Longest outcome that is kept, in bytes; of a longer one only that it ended is known. */
    int MAX_OUTCOME = 65_536;

    /**
     * Marks a delivery as begun where nothing is known of it.
     *
     * @param delivery names it; may hold anything, so stores keep no more than a hash
     */
    Mark begin(String delivery) throws InterruptedException;

    /**
     * Notes how it ended.
     *
     * @param outcome at most {@link #MAX_OUTCOME} bytes
     */
    void finish(String delivery, byte[] outcome) throws InterruptedException;

    /** It has not run, and may. */
    void forget(String delivery) throws InterruptedException;

    /** Whether the operations may wait for a file or a server. */
    boolean mayBlock();

    @Override
    void close();
}
