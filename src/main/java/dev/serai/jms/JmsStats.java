package dev.serai.jms;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/** What the entry has done. */
public final class JmsStats {
    final LongAdder replied = new LongAdder();
    final LongAdder unasked = new LongAdder();
    final LongAdder gone = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder dead = new LongAdder();
    private final BooleanSupplier connected;

    JmsStats(BooleanSupplier connected) {
        this.connected = connected;
    }

    public boolean connected() {
        return connected.getAsBoolean();
    }

    /** Messages that went to the dead letters. */
    public long dead() {
        return dead.sum();
    }

    /**
     * Every end of a message, and its counter.
     *
     * @param each gets {@code replied}, {@code unasked} (nobody wants a reply), {@code gone} (its place is no more) or
     *     {@code expired} (before it was called)
     */
    public void messages(BiConsumer<String, DoubleSupplier> each) {
        each.accept("replied", replied::sum);
        each.accept("unasked", unasked::sum);
        each.accept("gone", gone::sum);
        each.accept("expired", expired::sum);
    }
}
