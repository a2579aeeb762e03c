package dev.serai.kafka;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * The one thread that Kafka's consumer is used on. It never waits for a call, so the group sees it however long calls take;
 * what it takes is bounded by pausing partitions. While the broker cannot be used it begins anew, with growing pauses.
 */
final class PollLoop {
    private static final long FIRST_PAUSE_MS = 500;
    private static final long LONGEST_PAUSE_MS = 30_000;
    private static final long LOOK_MS = 100;
    /** What the client may take to leave the group, beside the wait for calls. */
    private static final long LEAVE_MS = 10_000;

    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final KafkaLink link;
    private final Calls calls;
    private final Thread thread = new Thread(this::run, "serai-kafka");
    private volatile boolean suspended;
    private volatile boolean stopping;

    PollLoop(KafkaLink link, BiConsumer<Work, Consumer<Boolean>> begin) {
        this.link = link;
        this.calls = new Calls(link.options().limits().inFlight(), link.workers(), begin);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void suspend() {
        suspended = true;
        calls.open(false);
    }

    void resume() {
        suspended = false;
    }

    /** Returns once the partitions have been given up, after a bounded wait for the calls in progress. */
    void stop() throws InterruptedException {
        calls.open(false);
        stopping = true;
        synchronized (this) {
            notifyAll();
        }
        if (thread.isAlive()) {
            thread.join(link.options().limits().drainTimeout().toMillis() + LEAVE_MS);
            thread.interrupt();
        }
    }

    private void run() {
        long pause = FIRST_PAUSE_MS;
        try {
            while (!stopping) {
                if (suspended || !link.state().isThere()) {
                    rest(LOOK_MS);
                } else {
                    try {
                        calls.open(true);
                        takeUntilToldOtherwise();
                        pause = FIRST_PAUSE_MS;
                    } catch (RuntimeException e) {
                        link.state()
                                .failing(
                                        LinkState.Part.TAKING,
                                        Failures.words(e, link.options().servers()));
                        rest(pause);
                        pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
                    }
                }
            }
        } catch (InterruptedException e) {
            // That is its end.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void rest(long millis) throws InterruptedException {
        if (!stopping) {
            TimeUnit.MILLISECONDS.timedWait(this, millis);
        }
    }

    /** Of one membership in the group. Where it was suspended, the next one begins at what has not ended in this one. */
    private void takeUntilToldOtherwise() {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(link.settings().member());
        try {
            Membership membership = new Membership(consumer, link, calls);
            try {
                while (!stopping && (suspended || calls.mayBegin())) {
                    membership.turn(suspended);
                }
            } finally {
                membership.leave();
            }
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE));
        }
    }
}
