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
    private final AtomicReference<State> state = new AtomicReference<>(State.UNKNOWN);
    private final AtomicReference<String> trouble = new AtomicReference<>("");

    JmsLink(JmsOptions options) {
        this.options = options;
    }

    boolean isUp() {
        return state.get() == State.UP;
    }

    void up() {
        if (change(State.UP)) {
            LOG.info("takes messages from {} at {}", options.queue(), options.shownUrl());
        }
    }

    void down(@Nullable Throwable reason) {
        if (change(State.DOWN)) {
            LOG.warn(
                    "no messages from {} at {}: {}; tried again with pauses of up to {} ms",
                    options.queue(),
                    options.shownUrl(),
                    text(reason),
                    options.longestPause().toMillis());
        }
    }

    void begin() {
        state.set(State.UNKNOWN);
    }

    /** From now on no change is news. */
    void over() {
        state.set(State.OVER);
    }

    /** A message went back to its queue. */
    void returned(@Nullable Throwable reason) {
        String text = text(reason);
        if (state.get() != State.OVER && !text.equals(trouble.getAndSet(text))) {
            LOG.warn("a message went back to {}: {}; the same is not told again", options.queue(), text);
        }
    }

    private boolean change(State to) {
        State from = state.get();
        return from != to && from != State.OVER && state.compareAndSet(from, to);
    }

    private static String text(@Nullable Throwable reason) {
        String text = reason == null ? "unknown" : reason.getClass().getSimpleName() + ": " + reason.getMessage();
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MOST_OF_A_REASON ? line : line.substring(0, MOST_OF_A_REASON);
    }
}
