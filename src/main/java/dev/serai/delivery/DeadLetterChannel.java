package dev.serai.delivery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of one broker (EIP: Dead Letter Channel). Everything here may block, for a bounded time, and is
 * called from a thread that may.
 */
public interface DeadLetterChannel {
    /** As on the command line, for example {@code jms}. */
    String name();

    /** The principal that its messages act as: the {@link dev.serai.invocation.Caller#name()} that its entry sets. */
    String caller();

    /**
     * The oldest letters first.
     *
     * @param after the id after which to go on; {@code null} begins at the oldest
     * @param limit at most so many, 1 to 1,000
     * @throws DeadLetterException where the broker does not answer
     */
    List<DeadLetter> list(@Nullable String after, int limit) throws DeadLetterException;

    /**
     * One letter with its body; {@code null} where none has this id.
     *
     * @throws DeadLetterException where the broker does not answer
     */
    @Nullable
    DeadLetter find(String id) throws DeadLetterException;

    /**
     * Sends the original once more to where it came from, payload and headers untouched, and takes it out of the dead
     * letters, in one transaction where the broker has them. What is known of its first delivery is forgotten by the
     * caller of this.
     *
     * @return false where none has this id any more
     * @throws DeadLetterException where the broker does not answer
     */
    boolean replay(String id) throws DeadLetterException;
}
