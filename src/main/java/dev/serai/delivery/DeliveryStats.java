package dev.serai.delivery;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** What became of messages. */
public final class DeliveryStats {
    final LongAdder repeated = new LongAdder();
    final LongAdder retries = new LongAdder();
    private final LongAdder settled = new LongAdder();
    private final LongAdder left = new LongAdder();
    private final LongAdder poison = new LongAdder();
    private final LongAdder exhausted = new LongAdder();
    private final LongAdder unknown = new LongAdder();

    void count(Verdict verdict, @Nullable DeadReason dead) {
        if (dead == null) {
            (verdict == Verdict.SETTLED ? settled : left).increment();
        } else {
            switch (dead) {
                case POISON -> poison.increment();
                case EXHAUSTED -> exhausted.increment();
                case OUTCOME_UNKNOWN -> unknown.increment();
                // Found out after this, by the entry.
                case UNANSWERED -> settled.increment();
            }
        }
    }

    /** Tries after the first. */
    public long retries() {
        return retries.sum();
    }

    /** Messages that were answered with a first result, which count as settled too. */
    public long repeated() {
        return repeated.sum();
    }

    /**
     * Every outcome and its counter.
     *
     * @param each gets {@code settled}, {@code left} (with the broker, because the gateway ended), or the word of a
     *     {@link DeadReason}
     */
    public void outcomes(BiConsumer<String, DoubleSupplier> each) {
        each.accept("settled", settled::sum);
        each.accept("left", left::sum);
        each.accept(DeadReason.POISON.word(), poison::sum);
        each.accept(DeadReason.EXHAUSTED.word(), exhausted::sum);
        each.accept(DeadReason.OUTCOME_UNKNOWN.word(), unknown::sum);
    }
}
