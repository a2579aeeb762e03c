package dev.serai.flow;

import dev.serai.capability.Capability;
import dev.serai.capability.CapabilityStore;
import dev.serai.capability.Catalog;
import dev.serai.capability.Durations;
import dev.serai.capability.LossRules;
import dev.serai.capability.SharingGroup;
import dev.serai.credential.CredentialRef;
import dev.serai.http.Transports;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.policy.Policies;
import dev.serai.session.SessionSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The plans of the catalogue in force, each made on first use and dropped with its catalogue. */
public final class PlanBook {
    private final CapabilityStore store;
    private final ServerUrls servers;
    private final PlanDefaults defaults;
    private volatile @Nullable Edition edition;

    public PlanBook(CapabilityStore store, ServerUrls servers, PlanDefaults defaults) {
        this.store = store;
        this.servers = servers;
        this.defaults = defaults;
    }

    /** The policies in force for a plan, declared or set by the operator, by their keys. */
    SortedMap<String, String> policies(Plan plan) {
        SortedMap<String, String> inForce = new TreeMap<>(
                defaults.policies().under(plan.capability().metadata(), plan.provider(), plan.serverUrl()));
        inForce.keySet().removeIf(key -> !key.startsWith("policy_"));
        return inForce;
    }

    /** The setting that a policy comes from; {@code null} where it is declared. */
    @Nullable
    String setting(Plan plan, String key) {
        return plan.capability().metadata().containsKey(key)
                ? null
                : defaults.policies().setting(key, plan.provider(), plan.serverUrl());
    }

    /** Whether callers are told apart. */
    boolean callersKnown() {
        return defaults.callersKnown();
    }

    /** @throws CapabilityException {@link ErrorCode#UNKNOWN_CAPABILITY} */
    Plan plan(String id) {
        Edition current = edition();
        Plan known = current.plans.get(id);
        if (known != null) {
            return known;
        }
        Capability capability = current.catalog.find(id);
        if (capability == null) {
            throw new CapabilityException(
                    ErrorCode.UNKNOWN_CAPABILITY, "there is no capability with this id; GET /capabilities lists them");
        }
        Plan made = make(capability, current);
        current.plans.put(id, made);
        return made;
    }

    /** How long the capability that is called instead of a failing one may take; nothing where there is none. */
    Duration fallbackTime(Plan plan, boolean streaming) {
        String instead = plan.policies() == null ? null : plan.policies().fallback();
        return instead == null || edition().catalog.find(instead) == null
                ? Duration.ZERO
                : plan(instead).timeouts().of(streaming);
    }

    /** Whether a capability of this id is declared that must not run twice. */
    public boolean runsOnce(String id) {
        return edition().catalog.find(id) != null && !plan(id).idempotent();
    }

    private Edition edition() {
        Edition current = edition;
        return current != null && current.catalog == store.current() ? current : newEdition();
    }

    private synchronized Edition newEdition() {
        Catalog catalog = store.current();
        Edition current = edition;
        if (current == null || current.catalog != catalog) {
            current = new Edition(catalog, mergedSettings(catalog));
            edition = current;
        }
        return current;
    }

    private Plan make(Capability capability, Edition edition) {
        String provider = capability.provider();
        if (provider == null) {
            throw new CapabilityException(
                    ErrorCode.NO_PROVIDER, "the declaration at " + capability.source() + " names no provider");
        }
        Map<String, String> metadata = capability.metadata();
        String lost = metadata.get("session_lost_when");
        String server = servers.declared(capability);
        CredentialRef credential = credential(metadata, provider, server);
        SessionScope scope = SessionScope.of(metadata.get("session_scope"), defaults.scope());
        Map<String, String> policies = defaults.policies().under(metadata, provider, server);
        return new Plan(
                capability,
                provider,
                server,
                ServerUrls.replicas(server),
                Transports.declared(capability),
                credential,
                // What was opened with one caller's token is no other's.
                scope == SessionScope.SHARED && credential.isCallers() ? SessionScope.CALLER : scope,
                edition.settings.getOrDefault(SharingGroup.of(capability), defaults.session()),
                defaults.timeouts().declaredBy(policies),
                Boolean.parseBoolean(metadata.get("policy_idempotent")),
                number(policies.get("policy_max_in_flight"), 0),
                Policies.of(policies),
                lost == null ? null : LossRules.parse(lost));
    }

    /** An address from the environment is known only now. */
    private static CredentialRef credential(Map<String, String> metadata, String provider, String server) {
        try {
            CredentialRef first = null;
            for (String url : ServerUrls.replicas(server)) {
                CredentialRef found = CredentialRef.from(metadata, provider, url);
                first = first == null ? found : first;
            }
            return Objects.requireNonNull(first);
        } catch (IllegalArgumentException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_UNAUTHORIZED, String.valueOf(e.getMessage()), e);
        }
    }

    /** Where capabilities of one server differ, the shortest ages and the largest sizes win. */
    private Map<String, SessionSettings> mergedSettings(Catalog catalog) {
        Map<String, SessionSettings> merged = new HashMap<>();
        for (Capability capability : catalog.all()) {
            if (capability.metadata().keySet().stream().anyMatch(key -> key.startsWith("session_"))) {
                merged.merge(SharingGroup.of(capability), settings(capability.metadata()), PlanBook::merge);
            }
        }
        return merged;
    }

    private SessionSettings settings(Map<String, String> metadata) {
        SessionSettings base = defaults.session();
        Duration maxAge = duration(metadata.get("session_max_age"), base.maxAge());
        return new SessionSettings(
                duration(metadata.get("session_idle"), base.idle()),
                maxAge,
                number(metadata.get("session_pool_size"), base.poolSize()),
                number(metadata.get("session_concurrency"), base.concurrency()),
                false,
                durationOrOff(metadata.get("session_refresh_ahead"), PlanDefaults.refreshAhead(maxAge)),
                durationOrOff(metadata.get("session_keep_alive"), base.keepAlive()));
    }

    private static SessionSettings merge(SessionSettings a, SessionSettings b) {
        int concurrency = a.concurrency() == 0 || b.concurrency() == 0 ? 0 : Math.max(a.concurrency(), b.concurrency());
        return new SessionSettings(
                shorter(a.idle(), b.idle()),
                shorter(a.maxAge(), b.maxAge()),
                Math.max(a.poolSize(), b.poolSize()),
                concurrency,
                false,
                a.refreshAhead().compareTo(b.refreshAhead()) >= 0 ? a.refreshAhead() : b.refreshAhead(),
                shorterUnlessOff(a.keepAlive(), b.keepAlive()));
    }

    private static Duration shorterUnlessOff(Duration a, Duration b) {
        return a.isZero() ? b : b.isZero() ? a : shorter(a, b);
    }

    private static Duration durationOrOff(@Nullable String text, Duration otherwise) {
        return "off".equals(text) ? Duration.ZERO : duration(text, otherwise);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration duration(@Nullable String text, Duration otherwise) {
        return text == null ? otherwise : Durations.parse(text);
    }

    private static int number(@Nullable String text, int otherwise) {
        return text == null ? otherwise : Integer.parseInt(text);
    }

    private static final class Edition {
        final Catalog catalog;
        final Map<String, SessionSettings> settings;
        final ConcurrentHashMap<String, Plan> plans = new ConcurrentHashMap<>();

        Edition(Catalog catalog, Map<String, SessionSettings> settings) {
            this.catalog = catalog;
            this.settings = settings;
        }
    }
}
