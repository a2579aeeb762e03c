package dev.serai.flow;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.serai.capability.SessionMode;
import dev.serai.http.BrokenAnswerException;
import dev.serai.http.DeadlineExceededException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Causes;
import dev.serai.invocation.ErrorCode;
import dev.serai.lifecycle.Stage;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Which replica of a server a call goes to: the one with the fewest calls, in turns where that is the same, and for a
 * session that is one caller's or one conversation's always the same. One that fails is left alone for a while.
 */
public final class Replicas {
    private static final int MOST_REPLICAS = 10_000;
    private static final int MOST_HOMES = 100_000;

    private final Cache<String, Replica> known =
            Caffeine.newBuilder().maximumSize(MOST_REPLICAS).build();
    /** Where the session of a caller or a conversation is, as long as it may be there. */
    private final Cache<String, Home> homes = Caffeine.newBuilder()
            .maximumSize(MOST_HOMES)
            .expireAfter(Expiry.accessing((String whose, Home home) -> home.idle))
            .build();

    private final AtomicInteger turns = new AtomicInteger();

    private record Home(String url, Duration idle) {}

    /** The address that the next attempt of this call goes to. */
    String choose(Plan plan, Invocation invocation) {
        List<String> all = plan.replicas();
        if (all.size() == 1) {
            return all.get(0);
        }
        Replica last = invocation.replica;
        if (last != null && invocation.chosenFor == invocation.attempts && !invocation.failedAt.contains(last.url())) {
            // The attempt had to go on with another thread.
            return last.url();
        }
        invocation.leaveReplica();
        List<Replica> fit = fit(all, invocation, System.nanoTime());
        String whose = whose(plan, invocation);
        Replica chosen =
                whose == null ? leastBusy(fit) : home(fit, whose, plan.session().idle());
        chosen.begin();
        invocation.replica = chosen;
        invocation.chosenFor = invocation.attempts;
        return chosen.url();
    }

    /** Whether there is one that has not failed this call. */
    boolean hasAnother(Invocation invocation) {
        return invocation.replica != null
                && invocation.failedAt.size() < invocation.plan().replicas().size();
    }

    /** Notes what became of an attempt. */
    void note(Invocation invocation, @Nullable Exception failure) {
        Replica replica = invocation.replica;
        if (replica == null) {
            return;
        }
        if (notThere(failure)) {
            if (invocation.counts) {
                replica.failed(System.nanoTime());
            }
            Set<String> failedAt = new HashSet<>(invocation.failedAt);
            failedAt.add(replica.url());
            invocation.failedAt = failedAt;
        } else if (Causes.find(failure, DeadlineExceededException.class) != null
                || invocation.life.stage() == Stage.TIMED_OUT) {
            if (!invocation.hurried && invocation.counts) {
                replica.late(System.nanoTime());
            }
        } else if (Refusal.in(failure) != null) {
            replica.works();
        }
    }

    /** Replicas that are left alone now. */
    public long resting() {
        long now = System.nanoTime();
        return known.asMap().values().stream()
                .filter(replica -> replica.rests(now))
                .count();
    }

    private static boolean notThere(@Nullable Exception failure) {
        CapabilityException told = Causes.find(failure, CapabilityException.class);
        return (told != null && told.code() == ErrorCode.SESSION_UNAVAILABLE)
                || failure instanceof BrokenAnswerException
                || Replay.brokeOff(failure);
    }

    /** Those that neither rest nor have failed this call; where there is none, those that have not failed it; else all. */
    private List<Replica> fit(List<String> all, Invocation invocation, long now) {
        List<Replica> replicas =
                all.stream().map(url -> known.get(url, Replica::new)).toList();
        List<Replica> untried = replicas.stream()
                .filter(replica -> !invocation.failedAt.contains(replica.url()))
                .toList();
        List<Replica> awake =
                untried.stream().filter(replica -> !replica.rests(now)).toList();
        return !awake.isEmpty() ? awake : !untried.isEmpty() ? untried : replicas;
    }

    /** {@code null} where any will do. */
    private static @Nullable String whose(Plan plan, Invocation invocation) {
        if (plan.capability().sessionMode() == SessionMode.NONE) {
            return null;
        }
        String scope = Scopes.of(plan, invocation);
        return scope.equals(Scopes.SHARED) || scope.equals(Scopes.CALL)
                ? null
                : plan.provider() + "\n" + plan.serverUrl() + "\n" + scope;
    }

    private Replica leastBusy(List<Replica> fit) {
        int first = Math.floorMod(turns.getAndIncrement(), fit.size());
        Replica best = fit.get(first);
        for (int i = 1; i < fit.size(); i++) {
            Replica next = fit.get((first + i) % fit.size());
            if (next.calls() < best.calls()) {
                best = next;
            }
        }
        return best;
    }

    /** Where it has been, unless that is not fit; else the one that all gateways would choose. */
    private Replica home(List<Replica> fit, String whose, Duration idle) {
        Home home = homes.getIfPresent(whose);
        for (Replica replica : fit) {
            if (home != null && replica.url().equals(home.url)) {
                return replica;
            }
        }
        Replica best = fit.get(0);
        for (Replica replica : fit) {
            if (weight(whose, replica) > weight(whose, best)) {
                best = replica;
            }
        }
        homes.put(whose, new Home(best.url(), idle));
        return best;
    }

    /** Rendezvous hashing: of a replica that comes or goes, only its own sessions have another home. */
    private static long weight(String whose, Replica replica) {
        long mixed = 0xcbf29ce484222325L;
        String text = whose + "\n" + replica.url();
        for (int i = 0; i < text.length(); i++) {
            mixed = (mixed ^ text.charAt(i)) * 0x100000001b3L;
        }
        mixed ^= mixed >>> 33;
        mixed *= 0xff51afd7ed558ccdL;
        return mixed ^ (mixed >>> 33);
    }
}
