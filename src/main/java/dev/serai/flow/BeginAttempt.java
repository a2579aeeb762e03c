package dev.serai.flow;

import dev.serai.capability.SessionMode;
import dev.serai.credential.Credential;
import dev.serai.credential.Credentials;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.loop.EventLoops;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import dev.serai.session.CloseReason;
import dev.serai.session.Lease;
import dev.serai.session.Session;
import dev.serai.session.SessionHandler;
import dev.serai.session.SessionKey;
import dev.serai.session.SessionPool;
import dev.serai.session.SessionSettings;
import dev.serai.trace.Span;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Readies one attempt: the credential, the session where one is asked for, and a clean message. Where one of them has to
 * be waited for, a call that is on an event loop goes on with a worker.
 */
public final class BeginAttempt extends AsyncProcessorSupport implements NonBlocking {
    private final ServerUrls servers;
    private final Replicas replicas;
    private final Credentials credentials;
    private final SessionPool pool;
    private final ProviderSessions sessions;
    private final EventLoops loops;
    private final Workers workers;

    public BeginAttempt(
            ServerUrls servers,
            Replicas replicas,
            Credentials credentials,
            SessionPool pool,
            ProviderSessions sessions,
            EventLoops loops,
            Workers workers) {
        this.servers = servers;
        this.replicas = replicas;
        this.credentials = credentials;
        this.pool = pool;
        this.sessions = sessions;
        this.loops = loops;
        this.workers = workers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Invocation.of(exchange).counts = true;
        if (!loops.onLoop()) {
            Stoppable.run(exchange, this::begin);
            callback.done(true);
            return true;
        }
        try {
            if (beginNow(exchange)) {
                callback.done(true);
                return true;
            }
        } catch (RuntimeException | Error e) {
            exchange.setException(e);
        }
        workers.goOn(() -> {
            if (exchange.getException() == null) {
                Stoppable.run(exchange, this::begin);
            }
            callback.done(false);
        });
        return false;
    }

    private void begin(Exchange exchange) {
        Invocation invocation = Invocation.of(exchange);
        Plan plan = invocation.plan();
        String url = servers.reachable(replicas.choose(plan, invocation));
        Span span = invocation.spans.beginAttempt(plan, url, invocation.attempts + 1);
        Credential credential = credential(invocation);
        if (plan.capability().sessionMode() != SessionMode.NONE) {
            lease(invocation, url, credential, this::acquire);
        }
        ready(exchange, invocation, url, credential, span);
    }

    /** False, having changed nothing, where something has to be read, started, opened or waited for. */
    private boolean beginNow(Exchange exchange) {
        Invocation invocation = Invocation.of(exchange);
        Stops.check(invocation.life.stage());
        Plan plan = invocation.plan();
        if (!servers.isReachable(plan.serverUrl())) {
            return false;
        }
        Credential known = invocation.credential;
        Credential credential = known != null ? known : credentials.currentNow(plan.credential(), invocation.token);
        if (credential == null) {
            return false;
        }
        invocation.credential = credential;
        String url = servers.reachable(replicas.choose(plan, invocation));
        if (plan.capability().sessionMode() != SessionMode.NONE
                && !lease(invocation, url, credential, this::acquireNow)) {
            return false;
        }
        Span span = invocation.spans.beginAttempt(plan, url, invocation.attempts + 1);
        ready(exchange, invocation, url, credential, span);
        return true;
    }

    private Credential credential(Invocation invocation) {
        Credential known = invocation.credential;
        if (known == null) {
            known = credentials.current(invocation.plan().credential(), invocation.token);
            invocation.credential = known;
        }
        return known;
    }

    private void ready(Exchange exchange, Invocation invocation, String url, Credential credential, Span span) {
        Plan plan = invocation.plan();
        if (invocation.attempts > 0) {
            invocation.present(exchange.getMessage());
        }
        UpstreamCall call = new UpstreamCall(
                plan.capability(), url, credential, invocation.deadlineNanos, span, invocation.life.work());
        if (invocation.hurried) {
            call = call.inAHurry();
        }
        if (invocation.policy.fallbackNanos > 0) {
            call.outlived();
        }
        Lease lease = invocation.lease;
        invocation.attempt = new Attempt(call, lease == null ? null : session(invocation, lease));
        Attempt.show(invocation.attempt, exchange);
        exchange.setProperty(CompleteInvocation.VALUE, null);
        exchange.setProperty(InvocationHeaders.FRESH_MS, null);
        invocation.attempts++;
    }

    /** Whether there is one now. */
    private boolean lease(Invocation invocation, String url, Credential credential, Acquiring acquiring) {
        Plan plan = invocation.plan();
        invocation.releaseLease();
        invocation.lease = null;
        String scope = Scopes.of(plan, invocation);
        SessionKey key = new SessionKey(
                plan.provider(),
                plan.sessionsAt(url),
                credential.identity(),
                credential.valueGeneration(),
                Scopes.with(scope, invocation.abilities));
        SessionSettings settings = scope.equals(Scopes.CALL) ? plan.session().forOneCall() : plan.session();
        invocation.lease = acquiring.acquire(
                key, settings, sessions.handler(plan, url, credential, invocation.abilities), invocation);
        return invocation.lease != null;
    }

    private Lease acquire(SessionKey key, SessionSettings settings, SessionHandler handler, Invocation invocation) {
        // Both queues together, that of the admission and that of the session, are the wait for its turn.
        long patience = invocation.plan().timeouts().queue().toNanos() - invocation.life.inQueueNanos();
        return pool.acquire(
                key,
                settings,
                handler,
                invocation.priority,
                invocation.deadlineNanos,
                System.nanoTime() + Math.max(0, patience));
    }

    private @Nullable Lease acquireNow(
            SessionKey key, SessionSettings settings, SessionHandler handler, Invocation invocation) {
        return pool.acquireNow(key, settings, handler, invocation.priority, invocation.deadlineNanos);
    }

    private Session session(Invocation invocation, Lease lease) {
        SessionMode mode = invocation.plan().capability().sessionMode();
        invocation.spans.leased(lease);
        if (mode == SessionMode.REQUIRED && lease.session().id() == null) {
            // Opened by a capability of this server that is content without one (auto).
            pool.discard(lease, CloseReason.REFUSED);
            throw ProviderSessions.noneGiven(invocation.capability());
        }
        if (invocation.suspectNext) {
            lease.session().suspect(true);
        }
        return lease.session();
    }

    private interface Acquiring {
        @Nullable
        Lease acquire(SessionKey key, SessionSettings settings, SessionHandler handler, Invocation invocation);
    }
}
