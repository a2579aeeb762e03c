package dev.serai.flow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.admission.Admission;
import dev.serai.admission.Place;
import dev.serai.capability.Capability;
import dev.serai.credential.Credential;
import dev.serai.invocation.CallLabel;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.CallerToken;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Priority;
import dev.serai.lifecycle.EndedInvocation;
import dev.serai.lifecycle.HangUp;
import dev.serai.lifecycle.InvocationLife;
import dev.serai.lifecycle.Invocations;
import dev.serai.lifecycle.Stage;
import dev.serai.policy.Passage;
import dev.serai.session.Lease;
import dev.serai.trace.TraceContext;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** One call on its way through the routes; kept as an exchange property and touched by one thread at a time. */
final class Invocation implements CallLabel {
    static final String PROPERTY = "SeraiInvocation";

    /** The caller's own headers, set aside while the gateway works and given back with the answer. */
    final Map<String, Object> callerHeaders;
    /** The call in whose provider route this one was made, or {@code null}. */
    final @Nullable Invocation outer;
    /** How many calls this one is within. */
    final int depth;

    CallSpans spans = CallSpans.NONE;

    /** With which the caller came; {@code null} without one. */
    @Nullable
    CallerToken token;

    @Nullable
    String client;

    CallerAbilities abilities = CallerAbilities.NONE;

    final InvocationLife life;
    final Invocations invocations;
    /** Tells when the caller has gone; {@code null} where the entry cannot know. */
    final @Nullable HangUp hangUp;

    /** What the caller asked for: its headers, or what a hook made of those of the contract. */
    Map<String, Object> asked;
    /** Whether a hook runs, whose own calls pass through none. */
    volatile boolean inHook;

    boolean raw;
    boolean streaming;
    Priority priority = Priority.MEDIUM;

    /** Where it waits or is let in; {@code null} before that. */
    @Nullable
    Place place;

    private @Nullable Admission admission;
    /** Where the current attempt goes; {@code null} where the server has no replicas. */
    @Nullable
    Replica replica;
    /** How many attempts there had been when it was chosen. */
    int chosenFor;
    /** The replicas that were not there for it. */
    Set<String> failedAt = Set.of();

    /** What its policies have come to. */
    final PolicyState policy = new PolicyState();

    /** Whether what became of the attempt says something of its server that no other call has told of the same request. */
    boolean counts = true;

    /** To be told once how the call ended. */
    Passage passage = Passage.UNWATCHED;

    int retryAfterSeconds = 1;

    @Nullable
    String conversation;

    @Nullable
    Plan plan;

    @Nullable
    ObjectNode arguments;

    @Nullable
    Credential credential;

    @Nullable
    Lease lease;

    @Nullable
    Attempt attempt;
    /** What the last failure calls for, until it is acted on. */
    @Nullable
    Remedy remedy;
    /** The session to come replaces one that a bad request may have cost. */
    boolean suspectNext;

    private @Nullable Timeout timer;
    private boolean over;
    /** The flow itself, and routes of the provider. */
    private final AtomicInteger working = new AtomicInteger(1);

    private final Runnable stop;

    long deadlineNanos;
    /** Whether the caller set a shorter deadline than the declaration. */
    boolean hurried;
    /** Whether a refusal has been answered with a renewal, which happens once per call. */
    boolean renewed;
    /** Whether a refused credential has been read again, which happens once per call. */
    boolean reread;
    /** Whether a credential with more scopes has been got for it, which happens once per call. */
    boolean widened;
    /** Whether the call has been sent again although nothing was renewed, which happens once per call. */
    boolean repeated;

    int attempts;

    Invocation(
            InvocationLife life,
            Invocations invocations,
            Map<String, Object> callerHeaders,
            @Nullable Invocation outer,
            @Nullable HangUp hangUp) {
        this.life = life;
        this.invocations = invocations;
        this.callerHeaders = callerHeaders;
        this.asked = callerHeaders;
        this.outer = outer;
        this.depth = outer == null ? 0 : outer.depth + 1;
        this.hangUp = hangUp;
        this.stop = () -> life.stop(Stage.CANCELLED);
        if (outer != null) {
            outer.life.work().onStop(stop);
        }
    }

    static Invocation of(Exchange exchange) {
        Invocation invocation = exchange.getProperty(PROPERTY, Invocation.class);
        if (invocation == null) {
            throw new IllegalStateException("this step runs below invoke-capability only");
        }
        return invocation;
    }

    @Override
    public String requestId() {
        return life.requestId();
    }

    @Override
    public @Nullable String capabilityId() {
        return plan == null ? null : plan.capability().id();
    }

    @Override
    public @Nullable String traceId() {
        TraceContext trace = spans.context();
        return trace == null ? null : trace.traceId();
    }

    Plan plan() {
        if (plan == null) {
            throw new IllegalStateException("the capability has not been looked up yet");
        }
        return plan;
    }

    Capability capability() {
        return plan().capability();
    }

    /** Puts what a provider route may see on the message: the arguments and the declaration's metadata. */
    void present(Message message) {
        Capability capability = capability();
        Map<String, Object> headers = message.getHeaders();
        headers.clear();
        headers.putAll(capability.metadata());
        headers.put(InvocationHeaders.ID, capability.id());
        message.setBody(arguments);
    }

    boolean overdue() {
        return System.nanoTime() - deadlineNanos >= 0;
    }

    /** What the place holds is given back when the call and its work have ended. */
    void hold(Admission given, Place taken) {
        admission = given;
        place = taken;
    }

    /** It goes on, and is stopped at its deadline, whatever it does. */
    void admitted(HashedWheelTimer timers) {
        life.advance(Stage.ADMITTED);
        spans.event("admitted");
        limit(timers);
    }

    /** From now on it is stopped at its deadline, whatever it does. */
    void limit(HashedWheelTimer timers) {
        if (timer == null) {
            long left = Math.max(0, stopNanos() - System.nanoTime());
            timer = timers.newTimeout(due -> life.stop(Stage.TIMED_OUT), left, TimeUnit.NANOSECONDS);
        }
    }

    /** When it is over in any case, as {@link System#nanoTime()}. */
    long stopNanos() {
        return deadlineNanos + policy.fallbackNanos;
    }

    /** The current attempt is at its replica no longer. */
    void leaveReplica() {
        Replica left = replica;
        replica = null;
        if (left != null) {
            left.end();
        }
    }

    /** Another try begins as the first did. */
    void forgetTry() {
        failedAt = Set.of();
        releaseLease();
        lease = null;
        remedy = null;
        renewed = false;
        reread = false;
        repeated = false;
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** Tells its policies, the first time. */
    void passed(Passage.End how) {
        Passage told = passage;
        passage = Passage.UNWATCHED;
        told.ended(counts ? how : Passage.End.UNKNOWN);
    }

    private void settle() {
        AnswerSharing sharing = policy.sharing;
        if (sharing != null) {
            sharing.over();
        }
    }

    /** The answer is written: the call is over. */
    void end(EndedInvocation how) {
        over = true;
        passed(Passage.End.UNKNOWN);
        settle();
        cancelTimer();
        try {
            workEnds();
        } finally {
            invocations.end(life, hangUp, how);
            if (outer != null) {
                outer.life.work().forget(stop);
            }
        }
    }

    /** For a call that goes without an answer. */
    void abandon() {
        if (!over) {
            over = true;
            passed(Passage.End.UNKNOWN);
            settle();
            life.stop(Stage.FAILED);
            cancelTimer();
            workEnds();
            invocations.forget(life, hangUp);
        }
    }

    /** A route that may outlive the answer begins. */
    void workBegins() {
        working.incrementAndGet();
    }

    /** It has ended; with the last one, and the answer, what the call held is free again. */
    void workEnds() {
        if (working.decrementAndGet() == 0) {
            try {
                leaveReplica();
                releaseLease();
            } finally {
                if (admission != null && place != null) {
                    admission.leave(place);
                }
            }
        }
    }

    /** Gives the session back; safe to call again. */
    void releaseLease() {
        Lease held = lease;
        if (held != null) {
            held.release();
        }
    }
}
