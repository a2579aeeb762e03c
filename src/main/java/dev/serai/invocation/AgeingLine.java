package dev.serai.invocation;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who waits: the earliest goes first, where a step of priority counts as much as the ageing time. Not for several
 * threads at a time.
 *
 * @param <T> who waits
 */
public final class AgeingLine<T extends AgeingLine.Waiting> {
    /** One who waits; neither answer changes while it stands in a line. */
    public interface Waiting {
        Priority priority();

        /** When the wait began, in nanoseconds of any clock that the whole line shares. */
        long since();
    }

    /** A place in the order; the number tells those apart that came at the same time. */
    private record Arrival(long since, long number) implements Comparable<Arrival> {
        @Override
        public int compareTo(Arrival other) {
            return since == other.since ? Long.compare(number, other.number) : Long.signum(since - other.since);
        }
    }

    private final long ageingNanos;
    private final List<NavigableMap<Arrival, T>> byPriority =
            List.of(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    private final IdentityHashMap<T, Arrival> arrivals = new IdentityHashMap<>();
    private long number;

    /** @param ageingNanos whoever waits this much longer goes before those of the next higher priority */
    public AgeingLine(long ageingNanos) {
        this.ageingNanos = ageingNanos;
    }

    /** Adds one by the time since when it waits; behind all who came at the same time. */
    public void add(T waiting) {
        Arrival arrival = new Arrival(waiting.since(), number++);
        arrivals.put(waiting, arrival);
        byPriority.get(waiting.priority().steps()).put(arrival, waiting);
    }

    /** Without effect where it does not stand in this line. */
    public void remove(T waiting) {
        Arrival arrival = arrivals.remove(waiting);
        if (arrival != null) {
            byPriority.get(waiting.priority().steps()).remove(arrival);
        }
    }

    /** Who goes next; {@code null} where nobody waits. */
    public @Nullable T best() {
        T best = null;
        for (NavigableMap<Arrival, T> line : byPriority) {
            if (!line.isEmpty()) {
                T first = line.firstEntry().getValue();
                best = best == null || rank(first) - rank(best) < 0 ? first : best;
            }
        }
        return best;
    }

    /** Whether somebody in the line goes before this one, who may stand in it or not. */
    public boolean hasBefore(T other) {
        T best = best();
        return best != null && best != other && rank(best) - rank(other) <= 0;
    }

    private long rank(T waiting) {
        return waiting.since() + waiting.priority().steps() * ageingNanos;
    }

    /** All who wait, those of the highest priority first. */
    public List<T> all() {
        return byPriority.stream().flatMap(line -> line.values().stream()).toList();
    }

    /** How many wait. */
    public int size() {
        return arrivals.size();
    }
}
