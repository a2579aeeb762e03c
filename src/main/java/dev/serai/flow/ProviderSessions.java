package dev.serai.flow;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Capability;
import dev.serai.capability.SessionMode;
import dev.serai.credential.Credential;
import dev.serai.credential.Credentials;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import dev.serai.session.CloseReason;
import dev.serai.session.Session;
import dev.serai.session.SessionHandler;
import dev.serai.trace.Tracing;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/** Opens, checks and closes sessions through the provider's routes. */
public final class ProviderSessions {
    /** The exchange property in which a provider route finds its {@link Session}. */
    public static final String SESSION = "SeraiSession";

    private static final int METHOD_NOT_FOUND = -32601;
    private static final Set<Integer> KNOWS_NO_SESSIONS = Set.of(404, 405, 501);
    private static final int MAX_FACTS = 32;

    private final ProducerTemplate template;
    private final ProviderRoutes routes;
    private final Credentials credentials;
    private final Duration openTimeout;
    private final Duration closeTimeout;
    private final Map<Session, CompletableFuture<Boolean>> checks = new ConcurrentHashMap<>();

    /**
     * Through these routes.
     *
     * @param openTimeout bound on opening and on checking a session
     * @param closeTimeout bound on closing one
     */
    public ProviderSessions(
            ProducerTemplate template,
            ProviderRoutes routes,
            Credentials credentials,
            Duration openTimeout,
            Duration closeTimeout) {
        this.template = template;
        this.routes = routes;
        this.credentials = credentials;
        this.openTimeout = openTimeout;
        this.closeTimeout = closeTimeout;
    }

    /**
     * What the pool needs to open and close sessions of this server with this credential.
     *
     * @param abilities what the callers of these sessions can be asked
     */
    SessionHandler handler(Plan plan, String url, Credential credential, CallerAbilities abilities) {
        return new SessionHandler() {
            @Override
            public Session open() throws Exception {
                return ProviderSessions.this.open(plan, url, credential, abilities);
            }

            @Override
            public void close(Session session, CloseReason reason) throws Exception {
                if (routes.has(plan.provider(), ProviderRoutes.CLOSE)) {
                    run(plan, ProviderRoutes.CLOSE, call(plan, url, latest(plan, credential), closeTimeout), session);
                }
            }

            @Override
            public boolean knows(Session session) {
                return !routes.has(plan.provider(), ProviderRoutes.CHECK)
                        || asked(plan, call(plan, url, latest(plan, credential), openTimeout), session);
            }
        };
    }

    /**
     * Whether the server still knows the session; asked once for all callers that doubt it at the same
     * time. Only an answer that says the session is gone counts against it.
     *
     * @param doubted whose deadline bounds the wait
     */
    boolean alive(Plan plan, UpstreamCall doubted, Session session) {
        if (!routes.has(plan.provider(), ProviderRoutes.CHECK)) {
            return true;
        }
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> running = checks.putIfAbsent(session, mine);
        if (running != null) {
            return join(running, doubted.deadlineNanos());
        }
        boolean alive = true;
        try {
            Duration left = Duration.ofNanos(Math.max(1, doubted.deadlineNanos() - System.nanoTime()));
            boolean hurried = left.compareTo(openTimeout) < 0;
            UpstreamCall check = call(plan, doubted.serverUrl(), doubted.credential(), hurried ? left : openTimeout);
            alive = asked(plan, hurried ? check.inAHurry() : check, session);
        } finally {
            checks.remove(session, mine);
            mine.complete(alive);
        }
        return alive;
    }

    private boolean asked(Plan plan, UpstreamCall call, Session session) {
        try {
            run(plan, ProviderRoutes.CHECK, call, session);
            return true;
        } catch (Exception e) {
            Refusal refusal = Refusal.in(e);
            return refusal == null || !(refusal.unauthorized() || Replay.lost(plan, session, refusal));
        }
    }

    private static boolean join(CompletableFuture<Boolean> check, long deadlineNanos) {
        try {
            return check.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return true;
        }
    }

    /** Where a session is required, a server that keeps none is a failed opening, so that it is tried again. */
    private Session open(Plan plan, String url, Credential credential, CallerAbilities abilities) throws Exception {
        Exchange exchange = send(plan, ProviderRoutes.OPEN, call(plan, url, credential, openTimeout), null, abilities);
        Exception failure = exchange.getException();
        if (failure == null) {
            Session opened = session(exchange.getMessage());
            if (opened.id() == null && plan.capability().sessionMode() == SessionMode.REQUIRED) {
                throw noneGiven(plan.capability());
            }
            return opened;
        }
        Session half = exchange.getProperty(SESSION, Session.class);
        if (half != null) {
            closeHalfOpen(plan, url, credential, half);
        } else if (knowsNoSessions(failure)) {
            if (plan.capability().sessionMode() == SessionMode.AUTO) {
                return new Session(null, Map.of());
            }
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    failure.getMessage() + " to the opening of a session, which "
                            + plan.capability().sessionKey() + " = true requires",
                    failure);
        }
        throw told(failure);
    }

    static CapabilityException noneGiven(Capability capability) {
        return new CapabilityException(
                ErrorCode.SESSION_UNAVAILABLE,
                "the server opened no session, which " + capability.sessionKey()
                        + " = true requires; set it to auto if the server keeps none");
    }

    /** An open route that failed after its server had given it a session must not leave it there. */
    private void closeHalfOpen(Plan plan, String url, Credential credential, Session half) {
        if (half.id() != null && routes.has(plan.provider(), ProviderRoutes.CLOSE)) {
            send(plan, ProviderRoutes.CLOSE, call(plan, url, credential, closeTimeout), half);
        }
    }

    private static boolean knowsNoSessions(Exception failure) {
        Refusal refusal = Refusal.in(failure);
        return refusal != null
                && (KNOWS_NO_SESSIONS.contains(refusal.status())
                        || Objects.equals(refusal.rpcCode(), METHOD_NOT_FOUND));
    }

    /** Messages of foreign exceptions can quote addresses and bodies, so only their type is told. */
    private static CapabilityException told(Exception failure) {
        CapabilityException known = Refusal.told(failure);
        return known != null
                ? known
                : new CapabilityException(
                        ErrorCode.SESSION_UNAVAILABLE,
                        "opening a session failed: " + failure.getClass().getSimpleName(),
                        failure);
    }

    private Credential latest(Plan plan, Credential openedWith) {
        return credentials.latest(plan.credential(), openedWith);
    }

    private static UpstreamCall call(Plan plan, String url, Credential credential, Duration timeout) {
        // Serves every caller of the session, so it is in nobody's trace.
        return new UpstreamCall(
                plan.capability(), url, credential, System.nanoTime() + timeout.toNanos(), Tracing.untraced(), null);
    }

    private void run(Plan plan, String suffix, UpstreamCall call, @Nullable Session session) throws Exception {
        Exception failure = send(plan, suffix, call, session).getException();
        if (failure != null) {
            throw failure;
        }
    }

    private Exchange send(Plan plan, String suffix, UpstreamCall call, @Nullable Session session) {
        return send(plan, suffix, call, session, CallerAbilities.NONE);
    }

    private Exchange send(
            Plan plan, String suffix, UpstreamCall call, @Nullable Session session, CallerAbilities abilities) {
        Exchange ended = template.send("direct:" + plan.provider() + suffix, exchange -> {
            exchange.setProperty(UpstreamCall.PROPERTY, call);
            exchange.setProperty(CallerAbilities.PROPERTY, abilities);
            exchange.setProperty(SESSION, session);
            Capability capability = plan.capability();
            exchange.getMessage().getHeaders().putAll(capability.metadata());
            exchange.getMessage().setHeader(InvocationHeaders.ID, capability.id());
        });
        call.decided(ended.getException());
        return ended;
    }

    private static @Nullable JsonNode jsonObject(String text) {
        if (!text.stripLeading().startsWith("{")) {
            return null;
        }
        try {
            JsonNode tree = Json.MAPPER.readTree(text);
            return tree.isObject() ? tree : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** The body an open-session route leaves: the id as text, or a map or JSON object with {@code id} and facts. */
    private static Session session(Message opened) {
        Object body = opened.getBody();
        if (body instanceof JsonNode node && node.isObject()) {
            Map<String, String> facts = new HashMap<>();
            node.properties().forEach(f -> facts.put(f.getKey(), f.getValue().asText()));
            return session(facts);
        }
        if (body instanceof Map<?, ?> map) {
            Map<String, String> facts = new HashMap<>();
            map.forEach((name, value) -> {
                if (value != null) {
                    facts.put(String.valueOf(name), String.valueOf(value));
                }
            });
            return session(facts);
        }
        String id = opened.getBody(String.class);
        JsonNode object = id == null ? null : jsonObject(id);
        if (object != null) {
            opened.setBody(object);
            return session(opened);
        }
        if (id == null || id.isBlank()) {
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    "the open-session route returned nothing; expected the session id, or a map with id");
        }
        return new Session(id.trim(), Map.of());
    }

    private static Session session(Map<String, String> facts) {
        if (facts.size() > MAX_FACTS) {
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE, "the open-session route returned more than " + MAX_FACTS + " facts");
        }
        String id = facts.remove("id");
        return new Session(id == null || id.isBlank() ? null : id, facts);
    }
}
