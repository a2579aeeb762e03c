package dev.serai.delivery;

import dev.serai.invocation.InvocationHeaders;
import dev.serai.loop.NonBlocking;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Ends a try: the delivery is over, unless the call failed in a way that may pass; then another try follows after a
 * pause, in which no thread waits. The pause doubles from try to try, a quarter of it left to chance, and is no shorter
 * than the answer asks for.
 */
public final class JudgeDelivery extends AsyncProcessorSupport implements NonBlocking {
    private static final int MOST_DOUBLINGS = 30;
    private static final int JITTER = 4;

    private final int retries;
    private final long pauseMillis;
    private final long longestPauseMillis;
    private final DeliveryPauses pauses;
    private final DeliveryStats stats;

    /**
     * Judges by these limits.
     *
     * @param retries tries after the first, at least 0
     * @param pause before the second try
     * @param longestPause what the doubling ends at
     */
    public JudgeDelivery(
            int retries, Duration pause, Duration longestPause, DeliveryPauses pauses, DeliveryStats stats) {
        this.retries = retries;
        this.pauseMillis = pause.toMillis();
        this.longestPauseMillis = longestPause.toMillis();
        this.pauses = pauses;
        this.stats = stats;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        DeliveryState state = DeliveryState.of(exchange);
        state.verdict = Verdict.of(exchange, state.marked != null);
        if (state.verdict != Verdict.TRANSIENT || state.attempts > retries) {
            state.over = true;
            callback.done(true);
            return true;
        }
        stats.retries.increment();
        pauses.begin(pause(exchange, state.attempts), goesOn -> {
            if (!goesOn) {
                state.verdict = Verdict.NOT_NOW;
                state.over = true;
            }
            callback.done(false);
        });
        return false;
    }

    private long pause(Exchange exchange, int attempts) {
        int doublings = Math.min(attempts - 1, MOST_DOUBLINGS);
        long pause = longestPauseMillis >> doublings < pauseMillis ? longestPauseMillis : pauseMillis << doublings;
        long jittered = pause - ThreadLocalRandom.current().nextLong(pause / JITTER + 1);
        Integer seconds = exchange.getMessage().getHeader(InvocationHeaders.RETRY_AFTER, Integer.class);
        long asked = seconds == null ? 0 : Duration.ofSeconds(seconds).toMillis();
        return Math.min(longestPauseMillis, Math.max(jittered, asked));
    }
}
