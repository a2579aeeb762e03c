package dev.serai.kafka;

import java.util.concurrent.atomic.LongAdder;

/** What the entry counts. */
public final class KafkaStats {
    final LongAdder taken = new LongAdder();
    final LongAdder answered = new LongAdder();
    final LongAdder deadLetters = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder rebalances = new LongAdder();
    final LongAdder commitFailures = new LongAdder();
    volatile int partitions;
    volatile int paused;
    volatile int running;
    volatile long buffered;
    volatile long lag;

    /** Records taken from the topic, again ones included. */
    public long taken() {
        return taken.sum();
    }

    /** Answers that the broker has. */
    public long answered() {
        return answered.sum();
    }

    /** Dead letters that the broker has. */
    public long deadLetters() {
        return deadLetters.sum();
    }

    /** Calls and sends that failed for reasons of the gateway or the broker; each is tried again. */
    public long failures() {
        return failures.sum();
    }

    /** How often partitions came or went. */
    public long rebalances() {
        return rebalances.sum();
    }

    /** Commits that failed; what they were about is committed later, or comes again. */
    public long commitFailures() {
        return commitFailures.sum();
    }

    /** Partitions that this gateway has. */
    public int partitions() {
        return partitions;
    }

    /** Of them, those that wait for calls to end. */
    public int paused() {
        return paused;
    }

    /** Calls in progress. */
    public int running() {
        return running;
    }

    /** Bytes of records taken and unfinished. */
    public long buffered() {
        return buffered;
    }

    /** Records of these partitions that have not been taken, as far as is known. */
    public long lag() {
        return lag;
    }
}
