package dev.serai.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.capability.SessionMode;
import dev.serai.credential.Credentials;
import dev.serai.invocation.CapabilityException;
import dev.serai.policy.Policies;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what a call would do without sending anything. */
public final class Explainer {
    private static final String POLICY = "policy_";
    /** Told with what is in force where they are not declared. */
    private static final Set<String> TOLD =
            Set.of("policy_timeout", "policy_timeout_streaming", "policy_timeout_queue", "policy_idempotent");

    private final PlanBook plans;
    private final ProviderRoutes routes;
    private final Credentials credentials;

    public Explainer(PlanBook plans, ProviderRoutes routes, Credentials credentials) {
        this.plans = plans;
        this.routes = routes;
        this.credentials = credentials;
    }

    /**
     * The dry run of one call.
     *
     * @param arguments checked where given
     * @throws CapabilityException for an unknown id
     */
    public JsonNode explain(String id, @Nullable JsonNode arguments) {
        Plan plan = plans.plan(id);
        Capability capability = plan.capability();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", capability.id());
        document.put("source", capability.source().toString());
        document.put("provider", plan.provider());
        String reason = routes.reasonUnavailable(capability);
        document.put("available", reason == null);
        if (reason != null) {
            document.put("reason", reason);
        }
        if (arguments != null) {
            document.put("arguments", verdict(capability, arguments));
        }
        ObjectNode headers = document.putObject("headers");
        capability.metadata().forEach(headers::put);
        document.put("decision", decision(capability));
        document.put("route", route(plan));
        document.put("server", withoutQuery(plan.serverUrl()));
        String credential = credentials.describe(plan.credential());
        document.put("credential", credential);
        session(document, plan, credential);
        policies(document, plan);
        return document;
    }

    private static String verdict(Capability capability, JsonNode arguments) {
        try {
            capability.arguments().validate(arguments);
            return "valid";
        } catch (CapabilityException e) {
            return "invalid: " + e.getMessage();
        }
    }

    private static String decision(Capability capability) {
        String key = capability.sessionKey();
        return switch (capability.sessionMode()) {
            case REQUIRED -> key + " = true: a session is required";
            case AUTO -> key + " = auto: a session where the server keeps one";
            case NONE -> key == null ? "no *_requires_session: no session" : key + " = false: no session";
        };
    }

    private String route(Plan plan) {
        String middle =
                plan.capability().sessionMode() == SessionMode.NONE ? "call-without-session" : "call-in-session";
        Policies policies = plan.policies();
        String tries = policies == null || policies.retry() == null ? "" : "call-with-retries > ";
        boolean together = BatchCalls.rule(plan) != null && routes.has(plan.provider(), ProviderRoutes.CALL_MANY);
        return "invoke-capability > make-call > " + tries + middle + " > attempt-call > " + plan.provider()
                + (together ? ProviderRoutes.CALL_MANY : ProviderRoutes.CALL);
    }

    private void session(ObjectNode document, Plan plan, String credential) {
        if (plan.capability().sessionMode() == SessionMode.NONE) {
            return;
        }
        ObjectNode session = document.putObject("session");
        ObjectNode key = session.putObject("key");
        key.put("provider", plan.provider());
        key.put("server", withoutQuery(plan.serverUrl()));
        key.put("credential", credential);
        key.put("generation", credentials.knownGeneration(plan.credential()));
        key.put("scope", plan.scope().name().toLowerCase(Locale.ROOT));
        session.put("idle", plan.session().idle().toString());
        session.put("maxAge", plan.session().maxAge().toString());
        session.put("poolSize", plan.session().poolSize());
        int concurrency = plan.session().concurrency();
        session.put("concurrency", concurrency == 0 ? "unlimited" : Integer.toString(concurrency));
    }

    /** A URL that comes from an environment variable may carry a key in its query. */
    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query) + "?…";
    }

    private void policies(ObjectNode document, Plan plan) {
        ObjectNode policies = document.putObject("policies");
        policies.put("timeout", plan.timeouts().normal().toString());
        policies.put("timeoutStreaming", plan.timeouts().streaming().toString());
        policies.put("timeoutQueue", plan.timeouts().queue().toString());
        policies.put("idempotent", plan.idempotent());
        ObjectNode from = JsonNodeFactory.instance.objectNode();
        plans.policies(plan).forEach((key, value) -> {
            String name = key.substring(POLICY.length());
            if (!TOLD.contains(key)) {
                policies.put(name, value);
            }
            String setting = plans.setting(plan, key);
            boolean inherited = plan.capability().inherited().contains(key);
            from.put(name, setting != null ? setting : inherited ? "defaults of the file" : "declaration");
        });
        document.set("policiesFrom", from);
    }
}
