package dev.serai.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * An assigned partition: its records in lanes, one per key, and how far it is done. What is committed is the offset of the
 * oldest record that has not ended, so that none after it is lost, and which of those after it have, so that none is
 * called again.
 */
final class Partition {
    private static final long NONE = -1;

    private final TopicPartition name;
    private final Calls calls;
    private final ConcurrentMap<Object, Lane> lanes = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Commits commits;
    private volatile boolean released;
    private volatile boolean lost;

    /** In the order of the partition; this and the offsets are the poll thread's. */
    private final ArrayDeque<Work.Slot> uncommitted = new ArrayDeque<>();

    private Handover earlier;
    private long newest = NONE;
    private @Nullable OffsetAndMetadata asked;

    /** The records of one key; read and changed within the map's step for its key only. */
    private static final class Lane {
        final ArrayDeque<Work> waiting = new ArrayDeque<>();
        boolean busy;
    }

    /**
     * Nothing of it has been taken yet.
     *
     * @param earlier what had ended before it came here
     */
    Partition(TopicPartition name, Handover earlier, Calls calls, Commits commits) {
        this.name = name;
        this.earlier = earlier;
        this.calls = calls;
        this.commits = commits;
    }

    TopicPartition name() {
        return name;
    }

    /** Takes a record in, behind those of its key, unless it has ended already; says whether it is to be called. */
    boolean add(ConsumerRecord<byte[], byte[]> record) {
        if (newest == NONE && record.offset() < earlier.offset()) {
            // It was moved back since: these are to be called again.
            earlier = Handover.nothing();
        }
        newest = record.offset();
        Work work = new Work(record, this);
        uncommitted.add(work.slot);
        if (earlier.has(newest)) {
            work.slot.done = true;
            return false;
        }
        bytes.addAndGet(work.bytes);
        lanes.compute(work.lane, (key, lane) -> {
            Lane own = lane == null ? new Lane() : lane;
            own.waiting.add(work);
            return own;
        });
        advance(work.lane);
        return true;
    }

    /** Whether it would lie too far behind the oldest unfinished one. */
    boolean isTooFar(long offset) {
        Work.Slot oldest = uncommitted.peek();
        return oldest != null && offset - oldest.offset >= Handover.SPAN;
    }

    /** Begins the next record of the lane, unless one is under way or none may begin. */
    private void advance(Object key) {
        List<Work> begun = new ArrayList<>(1);
        lanes.computeIfPresent(key, (k, lane) -> {
            if (!lane.busy && !released && calls.mayBegin()) {
                Work first = lane.waiting.poll();
                if (first != null) {
                    lane.busy = true;
                    running.incrementAndGet();
                    begun.add(first);
                }
            }
            return lane.busy || !lane.waiting.isEmpty() ? lane : null;
        });
        begun.forEach(calls::ready);
    }

    /** The call of the record has ended; says whether the record has with it. */
    void settle(Work work, Consumer<Boolean> over) {
        commits.settle(work, over);
    }

    /** The record has ended, or is left to whoever gets the partition next. */
    void ended(Work work, boolean settled) {
        bytes.addAndGet(-work.bytes);
        work.slot.done = settled;
        running.decrementAndGet();
        lanes.computeIfPresent(work.lane, (key, lane) -> {
            lane.busy = false;
            return lane;
        });
        if (settled) {
            advance(work.lane);
        }
    }

    /** It goes to another gateway, or to nobody: what has not begun does not begin here any more. */
    void release() {
        released = true;
        for (Object key : lanes.keySet()) {
            lanes.computeIfPresent(key, (k, lane) -> {
                lane.waiting.forEach(work -> bytes.addAndGet(-work.bytes));
                lane.waiting.clear();
                return lane.busy ? lane : null;
            });
        }
    }

    boolean isReleased() {
        return released;
    }

    /** It is another gateway's: nothing of it can be committed here. */
    void lose() {
        lost = true;
    }

    boolean isLost() {
        return lost;
    }

    int running() {
        return running.get();
    }

    long bytes() {
        return bytes.get();
    }

    /** Offsets from the oldest unfinished record to the newest. */
    long ahead() {
        Work.Slot oldest = uncommitted.peek();
        return oldest == null ? 0 : newest - oldest.offset + 1;
    }

    /**
     * What is to be committed and has not been asked for; {@code null} where nothing has changed.
     *
     * @param position where the next record would come from, which may be behind marks of transactions
     */
    @Nullable
    OffsetAndMetadata due(LongSupplier position) {
        Work.Slot oldest = uncommitted.peek();
        while (oldest != null && oldest.done) {
            uncommitted.poll();
            oldest = uncommitted.peek();
        }
        if (newest == NONE) {
            return null;
        }
        Handover now = Handover.from(oldest == null ? Math.max(newest + 1, position.getAsLong()) : oldest.offset);
        uncommitted.stream().filter(slot -> slot.done).forEach(slot -> now.add(slot.offset));
        now.addBeyond(newest, earlier);
        OffsetAndMetadata due = new OffsetAndMetadata(now.offset(), now.metadata());
        if (due.equals(asked)) {
            return null;
        }
        asked = due;
        return due;
    }

    /** A commit has failed: what it was about is due again. */
    void notCommitted() {
        asked = null;
    }
}
