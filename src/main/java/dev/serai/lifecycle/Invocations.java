package dev.serai.lifecycle;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The invocations in progress and the last ones that ended. What a call costs here does not depend on how many there are. */
public final class Invocations {
    private final InvocationListener listener;
    private final Set<InvocationLife> running = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<Name, InvocationLife> named = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<@Nullable EndedLife> history;
    private final AtomicLong ended = new AtomicLong();

    /**
     * Without any yet.
     *
     * @param listener told of every end
     * @param historySize how many that ended are kept; may be 0
     */
    public Invocations(InvocationListener listener, int historySize) {
        this.listener = listener;
        this.history = new AtomicReferenceArray<>(historySize);
    }

    /** Takes one in. */
    public void begin(InvocationLife life, @Nullable HangUp hangUp) {
        life.awaitedBy(hangUp);
        running.add(life);
        if (hangUp != null) {
            hangUp.watch(life);
        }
    }

    /**
     * Takes the request id that the caller gave.
     *
     * @throws CapabilityException {@code duplicate_request} while another call of this caller has it
     */
    public void name(InvocationLife life, String requestId) {
        life.requestId(requestId);
        if (named.putIfAbsent(Name.of(life), life) != null) {
            throw new CapabilityException(
                    ErrorCode.DUPLICATE_REQUEST,
                    "a call with this request id is in progress; choose another id, or wait for its end");
        }
    }

    /** Lets one go; the request id is free again. */
    public void end(InvocationLife life, @Nullable HangUp hangUp, EndedInvocation how) {
        forget(life, hangUp);
        if (history.length() > 0) {
            int place = (int) (ended.getAndIncrement() % history.length());
            history.set(place, new EndedLife(how, life, Instant.now()));
        }
        listener.ended(how);
    }

    /** For one that goes without an answer. */
    public void forget(InvocationLife life, @Nullable HangUp hangUp) {
        running.remove(life);
        named.remove(Name.of(life), life);
        if (hangUp != null) {
            hangUp.forget(life);
        }
    }

    /** How many are in progress. */
    public int inProgress() {
        return running.size();
    }

    /** Some of those in progress, in no order. */
    public List<InvocationLife> running(int most) {
        return running.stream().limit(most).toList();
    }

    /** The last ones that ended, the latest first. */
    public List<EndedLife> ended(int most) {
        List<EndedLife> latest = new ArrayList<>();
        long next = ended.get();
        for (long i = next - 1; i >= 0 && i >= next - history.length() && latest.size() < most; i--) {
            EndedLife life = history.get((int) (i % history.length()));
            if (life != null) {
                latest.add(life);
            }
        }
        return latest;
    }

    /** One caller's request ids are no other's. */
    private record Name(String caller, String requestId) {
        static Name of(InvocationLife life) {
            return new Name(life.caller().name(), life.requestId());
        }
    }
}
