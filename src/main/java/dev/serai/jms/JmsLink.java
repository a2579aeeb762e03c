package dev.serai.jms;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether messages can be taken; a line in the log for each time that changes. */
final class JmsLink {
    private static final Logger LOG = LoggerFactory.getLogger(JmsLink.class);
    private static final int MOST_OF_A_REASON = 300;

    private enum State {
        UNKNOWN,
        UP,
        DOWN,
        /** The gateway has stopped taking. */
        OVER
    }

    private final JmsOptions options;
    private final AtomicReference<String> trouble = new AtomicReference<>("");
    private State state = State.UNKNOWN;
    private long successes;

    JmsLink(JmsOptions options) {
        this.options = options;
    }

    synchronized boolean isUp() {
        return state == State.UP;
    }

    /** How many consumers have begun to take messages so far: for an attempt to have before it begins. */
    synchronized long successes() {
        return successes;
    }

    synchronized void up() {
        successes++;
        if (change(State.UP)) {
            LOG.info("takes messages from {} at {}", options.queue(), options.shownUrl());
        }
    }

    /**
     * An attempt failed. That is no news when another one has succeeded since it began.
     *
     * @param since what {@link #successes()} was when the attempt began
     */
    synchronized void down(@Nullable Throwable reason, long since) {
        if (since == successes && change(State.DOWN)) {
            LOG.warn(
                    "no messages from {} at {}: {}; tried again with pauses of up to {} ms",
                    options.queue(),
                    options.shownUrl(),
                    text(reason),
                    options.longestPause().toMillis());
        }
    }

    synchronized void begin() {
        state = State.UNKNOWN;
    }

    /** From now on no change is news. */
    synchronized void over() {
        state = State.OVER;
    }

    private synchronized boolean isOver() {
        return state == State.OVER;
    }

    private synchronized boolean change(State to) {
        boolean changes = state != to && state != State.OVER;
        if (changes) {
            state = to;
        }
        return changes;
    }

    /** A message went back to its queue. */
    void returned(@Nullable Throwable reason) {
        String text = text(reason);
        if (!isOver() && !text.equals(trouble.getAndSet(text))) {
            LOG.warn("a message went back to {}: {}; the same is not told again", options.queue(), text);
        }
    }

    private static String text(@Nullable Throwable reason) {
        String text = reason == null ? "unknown" : reason.getClass().getSimpleName() + ": " + reason.getMessage();
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MOST_OF_A_REASON ? line : line.substring(0, MOST_OF_A_REASON);
    }
}
