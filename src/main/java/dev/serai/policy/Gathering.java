package dev.serai.policy;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what may go together until there is enough of it, or the first has waited long enough. There are as many groups
 * at most as there is in them.
 *
 * @param <K> what those of one group have in common
 * @param <T> what is gathered, told apart by its identity
 */
public final class Gathering<K, T> {
    private final HashedWheelTimer timers;
    private final ToLongFunction<? super T> weigher;
    private final long most;
    private final Consumer<List<T>> together;
    private final ConcurrentHashMap<K, Group<T>> groups = new ConcurrentHashMap<>();

    /**
     * Nothing has been gathered yet.
     *
     * @param weigher says how much one member is; always the same
     * @param most of all members of a group together, unless one alone is more
     * @param together takes each group, in order of arrival; called by who completes it or by the timer, and quick
     */
    public Gathering(
            HashedWheelTimer timers, ToLongFunction<? super T> weigher, long most, Consumer<List<T>> together) {
        this.timers = timers;
        this.weigher = weigher;
        this.most = most;
        this.together = together;
    }

    /** Guarded by the map: it is looked at and changed in {@code compute} alone, or by who has taken it out. */
    private static final class Group<T> {
        final List<T> members = new ArrayList<>();
        long weight;

        @Nullable
        Timeout timer;
    }

    /** It waits for others, unless it is the last that is needed. */
    public void add(K key, T member, BatchRule rule) {
        long weight = weigher.applyAsLong(member);
        List<Group<T>> full = new ArrayList<>(2);
        groups.compute(key, (same, found) -> {
            boolean fits = found == null || found.weight + weight <= most;
            Group<T> group = found == null || !fits ? new Group<>() : found;
            if (group.members.isEmpty()) {
                group.timer = timers.newTimeout(
                        due -> close(key, group), rule.window().toNanos(), TimeUnit.NANOSECONDS);
            }
            if (!fits) {
                full.add(found);
            }
            group.members.add(member);
            group.weight += weight;
            if (group.members.size() < rule.size() && group.weight < most) {
                return group;
            }
            full.add(group);
            return null;
        });
        full.forEach(this::hand);
    }

    /** It waits no longer; false where its group has been taken already. */
    public boolean leave(K key, T member) {
        boolean[] waited = {false};
        groups.computeIfPresent(key, (same, group) -> {
            waited[0] = group.members.remove(member);
            group.weight -= waited[0] ? weigher.applyAsLong(member) : 0;
            if (!group.members.isEmpty()) {
                return group;
            }
            cancel(group);
            return null;
        });
        return waited[0];
    }

    private void close(K key, Group<T> group) {
        if (groups.remove(key, group)) {
            hand(group);
        }
    }

    private void hand(Group<T> group) {
        cancel(group);
        together.accept(group.members);
    }

    private static void cancel(Group<?> group) {
        Timeout timer = group.timer;
        if (timer != null) {
            timer.cancel();
        }
    }
}
