package dev.serai.flow;

import dev.serai.capability.SessionMode;
import dev.serai.credential.Credential;
import dev.serai.credential.Credentials;
import dev.serai.http.UpstreamCall;
import dev.serai.session.CloseReason;
import dev.serai.session.Lease;
import dev.serai.session.Session;
import dev.serai.session.SessionKey;
import dev.serai.session.SessionPool;
import dev.serai.session.SessionSettings;
import dev.serai.trace.Span;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Readies one attempt: the credential, the session where one is asked for, and a clean message. */
public final class BeginAttempt implements Processor {
    private final ServerUrls servers;
    private final Credentials credentials;
    private final SessionPool pool;
    private final ProviderSessions sessions;

    public BeginAttempt(ServerUrls servers, Credentials credentials, SessionPool pool, ProviderSessions sessions) {
        this.servers = servers;
        this.credentials = credentials;
        this.pool = pool;
        this.sessions = sessions;
    }

    @Override
    public void process(Exchange exchange) {
        Invocation invocation = Invocation.of(exchange);
        Plan plan = invocation.plan();
        if (invocation.attempts > 0) {
            invocation.present(exchange.getMessage());
        }
        String url = servers.reachable(plan.serverUrl());
        Span span = invocation.spans.beginAttempt(plan, url, invocation.attempts + 1);
        Credential credential = invocation.credential;
        if (credential == null) {
            credential = credentials.current(plan.credential());
            invocation.credential = credential;
        }
        UpstreamCall call = new UpstreamCall(
                plan.capability(), url, credential, invocation.deadlineNanos, span, invocation.life.work());
        invocation.attempt = new Attempt(call, session(invocation, plan, url, credential));
        Attempt.show(invocation.attempt, exchange);
        exchange.setProperty(CompleteInvocation.VALUE, null);
        invocation.attempts++;
    }

    private @Nullable Session session(Invocation invocation, Plan plan, String url, Credential credential) {
        SessionMode mode = plan.capability().sessionMode();
        if (mode == SessionMode.NONE) {
            return null;
        }
        invocation.releaseLease();
        invocation.lease = null;
        String scope = Scopes.of(plan, invocation);
        SessionKey key =
                new SessionKey(plan.provider(), url, credential.identity(), credential.valueGeneration(), scope);
        SessionSettings settings = scope.equals(Scopes.CALL) ? plan.session().forOneCall() : plan.session();
        Lease lease = pool.acquire(
                key, settings, sessions.handler(plan, url, credential), invocation.priority, invocation.deadlineNanos);
        invocation.lease = lease;
        invocation.spans.leased(lease);
        if (mode == SessionMode.REQUIRED && lease.session().id() == null) {
            // Opened by a capability of this server that is content without one (auto).
            pool.discard(lease, CloseReason.REFUSED);
            throw ProviderSessions.noneGiven(plan.capability());
        }
        if (invocation.suspectNext) {
            lease.session().suspect(true);
        }
        return lease.session();
    }
}
