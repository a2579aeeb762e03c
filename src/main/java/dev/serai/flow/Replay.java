package dev.serai.flow;

import dev.serai.capability.LossRules;
import dev.serai.credential.Challenge;
import dev.serai.credential.Credential;
import dev.serai.credential.Credentials;
import dev.serai.http.BrokenAnswerException;
import dev.serai.http.DeadlineExceededException;
import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamUnreachableException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Causes;
import dev.serai.invocation.ErrorCode;
import dev.serai.session.CloseReason;
import dev.serai.session.Lease;
import dev.serai.session.Session;
import dev.serai.session.SessionPool;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failed attempt is replayed and mends what made it fail. A replay is safe where the
 * upstream refused before working, once per call, or where the declaration says that a call may run
 * twice, once per call too: so a call that broke off together with its session is still recovered. Where the server
 * has replicas, a replay that is safe goes to each of the others.
 */
public final class Replay implements Predicate, Processor {
    private final Credentials credentials;
    private final SessionPool pool;
    private final ProviderSessions sessions;
    private final Replicas replicas;
    /** The generation whose sessions were given up last; the callers refused together share one sweep. */
    private final AtomicLong lastRetired = new AtomicLong(-1);

    public Replay(Credentials credentials, SessionPool pool, ProviderSessions sessions, Replicas replicas) {
        this.credentials = credentials;
        this.pool = pool;
        this.sessions = sessions;
        this.replicas = replicas;
    }

    /** Whether the attempt that has just failed is to be replayed. */
    @Override
    public boolean matches(Exchange exchange) {
        Invocation invocation = Invocation.of(exchange);
        if (invocation.remedy == null) {
            replicas.note(invocation, failure(exchange));
            invocation.remedy = remedy(exchange, invocation);
        }
        return invocation.remedy != Remedy.NONE;
    }

    /** Runs before the replay. */
    @Override
    public void process(Exchange exchange) {
        Invocation invocation = Invocation.of(exchange);
        Remedy remedy = invocation.remedy;
        invocation.remedy = null;
        if (remedy == Remedy.REPLAY) {
            invocation.repeated = true;
            return;
        }
        Refusal refusal = Refusal.in(failure(exchange));
        Challenge challenge = refusal == null ? null : refusal.challenge();
        if (remedy == Remedy.WIDER_CREDENTIAL) {
            stoppable(invocation, () -> widenCredential(invocation, challenge));
            return;
        }
        invocation.renewed = true;
        if (remedy == Remedy.NEW_CREDENTIAL) {
            invocation.reread = true;
            stoppable(invocation, () -> renewCredential(invocation, challenge));
        } else {
            renewSession(invocation, failure(exchange));
        }
    }

    /** A credential may be long in coming: the end of the call ends the wait. */
    private static void stoppable(Invocation invocation, Runnable waiting) {
        invocation.life.work().begin();
        try {
            waiting.run();
        } finally {
            invocation.life.work().end();
        }
    }

    private Remedy remedy(Exchange exchange, Invocation invocation) {
        Exception failure = failure(exchange);
        if (invocation.credential == null
                || invocation.overdue()
                || invocation.life.stage().isEnd()) {
            return Remedy.NONE;
        }
        boolean idempotent = invocation.plan().idempotent();
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call != null && call.worked() && !idempotent) {
            return Remedy.NONE;
        }
        Refusal refusal = Refusal.in(failure);
        if (refusal != null && !invocation.widened && isTooNarrow(invocation, refusal)) {
            return Remedy.WIDER_CREDENTIAL;
        }
        if (refusal != null) {
            boolean safe = idempotent || refusal.beforeWork();
            boolean renewed = invocation.renewed && !isRefusedOpening(invocation, refusal);
            return renewed || !safe ? Remedy.NONE : remedy(exchange, invocation, refusal);
        }
        boolean unsent = failure instanceof UpstreamUnreachableException e && e.beforeWork();
        boolean elsewhere = replicas.hasAnother(invocation);
        boolean repeatable = unsent || (idempotent && brokeOff(failure)) || (elsewhere && isUnopened(failure));
        return repeatable && (elsewhere || !invocation.repeated) ? Remedy.REPLAY : Remedy.NONE;
    }

    /** The session was lost, and now the credential is refused for the first time: a connection is asked for it when it opens. */
    private static boolean isRefusedOpening(Invocation invocation, Refusal refusal) {
        return refusal.unauthorized() && invocation.lease == null && !invocation.reread;
    }

    private static boolean isUnopened(@Nullable Exception failure) {
        CapabilityException told = Causes.find(failure, CapabilityException.class);
        return told != null && told.code() == ErrorCode.SESSION_UNAVAILABLE;
    }

    /** A request that lacks a scope has done nothing. */
    private boolean isTooNarrow(Invocation invocation, Refusal refusal) {
        Credential refused = invocation.credential;
        return refused != null
                && refusal.forbidden()
                && credentials.canWiden(invocation.plan().credential(), refused.generation(), refusal.challenge());
    }

    private Remedy remedy(Exchange exchange, Invocation invocation, Refusal refusal) {
        if (refusal.unauthorized()) {
            // The caller has no other token, so who can mend it is the caller.
            return invocation.plan().credential().isCallers() ? Remedy.NONE : Remedy.NEW_CREDENTIAL;
        }
        Lease lease = invocation.lease;
        if (lease == null || !lost(invocation.plan(), lease.session(), refusal)) {
            return Remedy.NONE;
        }
        if (LossRules.ambiguous(refusal.status()) && lease.session().suspect()) {
            UpstreamCall call = UpstreamCall.of(exchange);
            boolean alive = call == null || sessions.alive(invocation.plan(), call, lease.session());
            return alive ? Remedy.NONE : Remedy.NEW_SESSION;
        }
        return Remedy.NEW_SESSION;
    }

    /**
     * Whether this refusal says that the session which the request carried is gone. Where the server keeps none, its
     * provider alone knows what says that it has changed.
     */
    static boolean lost(Plan plan, Session session, Refusal refusal) {
        String providers = session.fact("lostWhen");
        if (session.id() == null && providers == null) {
            return false;
        }
        LossRules rules = session.id() == null ? null : plan.lostWhen();
        if (rules == null) {
            rules = providers == null ? LossRules.DEFAULT : LossRules.parse(providers);
        }
        return rules.match(refusal.status(), refusal.rpcCode(), refusal.rpcMessage());
    }

    static boolean brokeOff(@Nullable Exception failure) {
        return failure instanceof UpstreamUnreachableException
                || failure instanceof BrokenAnswerException
                || (failure instanceof IOException && !(failure instanceof DeadlineExceededException));
    }

    /** A session never outlives its credential's generation, whichever conversation it serves. */
    private void renewCredential(Invocation invocation, @Nullable Challenge challenge) {
        Credential refused = invocation.credential;
        if (refused == null) {
            return;
        }
        Credential next = credentials.renew(invocation.plan().credential(), refused.generation(), challenge);
        invocation.credential = next;
        Lease lease = invocation.lease;
        if (lease != null) {
            pool.discard(lease, CloseReason.REFUSED);
        }
        long old = refused.valueGeneration();
        if (next.valueGeneration() != old && lastRetired.getAndSet(old) != old) {
            pool.discardIf(
                    key -> key.credentialGeneration() == old && key.credential().equals(refused.identity()),
                    CloseReason.REFUSED);
        }
    }

    /** Where no session could be opened, the next opening is another than the one that has just failed. */
    private void widenCredential(Invocation invocation, @Nullable Challenge challenge) {
        Credential refused = invocation.credential;
        invocation.widened = true;
        if (refused != null && challenge != null) {
            invocation.credential = credentials.widen(
                    invocation.plan().credential(), refused.generation(), challenge, invocation.lease == null);
        }
    }

    private void renewSession(Invocation invocation, @Nullable Exception failure) {
        Lease lease = invocation.lease;
        if (lease != null) {
            pool.discard(lease, CloseReason.LOST);
        }
        Refusal refusal = Refusal.in(failure);
        invocation.suspectNext = refusal != null && LossRules.ambiguous(refusal.status());
    }

    private static @Nullable Exception failure(Exchange exchange) {
        Exception failure = exchange.getException();
        return failure != null ? failure : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }
}
