package dev.serai.flow;

import dev.serai.capability.Capability;
import dev.serai.capability.CapabilityStore;
import dev.serai.capability.SessionMode;
import dev.serai.credential.Credential;
import dev.serai.credential.Credentials;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.session.OpenReason;
import dev.serai.session.SessionKey;
import dev.serai.session.SessionPool;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens sessions before a call needs them: those that declarations want warm, and those that an operator asks for. */
public final class SessionOpenings {
    private static final Logger LOG = LoggerFactory.getLogger(SessionOpenings.class);
    private static final int AT_A_TIME = 8;

    private final CapabilityStore store;
    private final PlanBook plans;
    private final ProviderRoutes routes;
    private final ServerUrls servers;
    private final Credentials credentials;
    private final SessionPool pool;
    private final ProviderSessions sessions;
    private final Executor executor;

    /** @param executor runs the wait for the openings of one catalogue */
    public SessionOpenings(
            CapabilityStore store,
            PlanBook plans,
            ProviderRoutes routes,
            ServerUrls servers,
            Credentials credentials,
            SessionPool pool,
            ProviderSessions sessions,
            Executor executor) {
        this.store = store;
        this.plans = plans;
        this.routes = routes;
        this.servers = servers;
        this.credentials = credentials;
        this.pool = pool;
        this.sessions = sessions;
        this.executor = executor;
    }

    /** Opens what {@code session_warm} asks for and is not open yet, in the background. */
    public void warm() {
        try {
            executor.execute(this::openWarm);
        } catch (RejectedExecutionException e) {
            LOG.debug("No sessions are opened ahead: the gateway is shutting down");
        }
    }

    /**
     * Opens one session for calls of this capability. Does not wait.
     *
     * @return as {@link dev.serai.session.SessionControl#open}
     * @throws CapabilityException if there is no such capability, it has no routes, or no session can be opened
     *     without a call
     */
    public CompletableFuture<@Nullable String> open(String capabilityId) {
        Plan plan = plans.plan(capabilityId);
        String reason = routes.reasonUnavailable(plan.capability());
        if (reason != null) {
            throw new CapabilityException(ErrorCode.NO_PROVIDER, reason);
        }
        if (!isSharedAhead(plan)) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS,
                    "a session of " + capabilityId
                            + " belongs to a call, a conversation or a caller, and is opened with"
                            + " it; expected a capability whose session_scope is shared");
        }
        return open(
                plan,
                plan.replicas().get(0),
                OpenReason.REQUESTED,
                plan.session().poolSize());
    }

    private void openWarm() {
        Semaphore permits = new Semaphore(AT_A_TIME);
        for (Capability capability : store.current().all()) {
            int wanted = wanted(capability.metadata().get("session_warm"));
            if (wanted > 0 && routes.reasonUnavailable(capability) == null && !openWarm(capability, wanted, permits)) {
                return;
            }
        }
    }

    private static String kind(Throwable failure) {
        return failure instanceof CapabilityException known
                ? known.code().wireName()
                : failure.getClass().getSimpleName();
    }

    private boolean openWarm(Capability capability, int wanted, Semaphore permits) {
        try {
            Plan plan = plans.plan(capability.id());
            int each = Math.min(wanted, plan.session().poolSize());
            for (int i = 0; isSharedAhead(plan) && i < each * plan.replicas().size(); i++) {
                permits.acquire();
                CompletableFuture<@Nullable String> opening =
                        start(plan, plan.replicas().get(i / each), wanted);
                var unused = opening.whenComplete((hash, failure) -> {
                    permits.release();
                    if (failure != null) {
                        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                        // What a server says can quote the credential, so the log has the kind of failure only.
                        LOG.warn("No session was opened ahead for {}: {}", capability.id(), kind(cause));
                    }
                });
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (CapabilityException e) {
            LOG.warn("No session was opened ahead for {}: {}", capability.id(), e.getMessage());
            return true;
        }
    }

    private CompletableFuture<@Nullable String> start(Plan plan, String replica, int most) {
        try {
            return open(plan, replica, OpenReason.WARM, most);
        } catch (CapabilityException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<@Nullable String> open(Plan plan, String replica, OpenReason why, int most) {
        String url = servers.reachable(replica);
        Credential credential = credentials.current(plan.credential());
        SessionKey key = new SessionKey(
                plan.provider(),
                plan.sessionsAt(url),
                credential.identity(),
                credential.valueGeneration(),
                Scopes.SHARED);
        return pool.control()
                .open(key, plan.session(), sessions.handler(plan, url, credential, CallerAbilities.NONE), why, most);
    }

    private boolean isSharedAhead(Plan plan) {
        boolean shared =
                plan.scope() == SessionScope.SHARED || (plan.scope() == SessionScope.CALLER && !plans.callersKnown());
        return shared && !plan.credential().isCallers() && plan.capability().sessionMode() != SessionMode.NONE;
    }

    private static int wanted(@Nullable String warm) {
        if (warm == null || warm.equals("false")) {
            return 0;
        }
        return warm.equals("true") ? 1 : Integer.parseInt(warm);
    }
}
