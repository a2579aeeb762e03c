package dev.serai.invocation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

    private final long ageingNanos;
    private final List<Set<T>> byPriority =
            List.of(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());

    /** @param ageingNanos whoever waits this much longer goes before those of the next higher priority */
    public AgeingLine(long ageingNanos) {
        this.ageingNanos = ageingNanos;
    }

    /** Adds one behind all of the same priority. */
    public void add(T waiting) {
        byPriority.get(waiting.priority().steps()).add(waiting);
    }

    /** Without effect where it does not stand in this line. */
    public void remove(T waiting) {
        byPriority.get(waiting.priority().steps()).remove(waiting);
    }

    /** Who goes next; {@code null} where nobody waits. */
    public @Nullable T best() {
        T best = null;
        long least = 0;
        for (Priority priority : Priority.values()) {
            Set<T> line = byPriority.get(priority.steps());
            if (!line.isEmpty()) {
                T first = line.iterator().next();
                long rank = first.since() + priority.steps() * ageingNanos;
                if (best == null || rank - least < 0) {
                    best = first;
                    least = rank;
                }
            }
        }
        return best;
    }

    /** All who wait, those of the highest priority first. */
    public List<T> all() {
        return byPriority.stream().flatMap(Set::stream).toList();
    }

    /** How many wait. */
    public int size() {
        return byPriority.stream().mapToInt(Set::size).sum();
    }
}
