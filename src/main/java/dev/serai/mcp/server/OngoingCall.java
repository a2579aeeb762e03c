package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Traces;
import dev.serai.lifecycle.HangUp;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request of a client that a capability answers, and the way back to the client meanwhile. */
abstract class OngoingCall implements CallerChannel {
    private static final Logger LOGGER = LoggerFactory.getLogger(OngoingCall.class);
    static final String PROGRESS = "notifications/progress";
    static final String LOG = "notifications/message";
    /** What a client must be able to do to be asked. */
    private static final Map<String, String> QUESTIONS = Map.of(
            "elicitation/create", "elicitation",
            "sampling/createMessage", "sampling",
            "roots/list", "roots");

    private final Calls calls;
    private final CallPlan plan;
    private final HangUp hangUp = new HangUp();
    private final TreeSet<String> missing = new TreeSet<>();

    OngoingCall(Calls calls, CallPlan plan) {
        this.calls = calls;
        this.plan = plan;
    }

    /** The request as it is now: a client without a session repeats it with another id. */
    abstract Asked asked();

    /** The answer; called once. */
    abstract void deliver(int status, ObjectNode message);

    /** Sends the question; the future may be ended by others as well. */
    abstract void put(String key, String method, ObjectNode params, CompletableFuture<JsonNode> answer);

    /** Sends a notification, if the client can take one; false where it is too slow, or has gone. */
    abstract boolean send(ObjectNode notification);

    /** The least level of messages that the client wants; {@code null} where it wants none. */
    abstract @Nullable LogLevel logLevel();

    final void start() {
        start(0);
    }

    private void start(int index) {
        List<Capability> candidates = plan.candidates();
        calls.call(candidates.get(index), plan.arguments(), asked(), hangUp, this, outcome -> {
            if (index + 1 < candidates.size() && outcome.rpcCode() != null) {
                start(index + 1);
            } else {
                answer(candidates.get(index), outcome);
            }
        });
    }

    private void answer(Capability capability, Outcome outcome) {
        Asked asked = asked();
        try {
            RpcError unable = outcome.completed() ? null : unable();
            if (unable != null) {
                throw unable;
            }
            deliver(200, Rpc.result(asked.id(), Results.shape(plan.shape().of(capability, outcome, asked), asked)));
        } catch (RpcError e) {
            deliver(e.status(), Rpc.error(asked.id(), e));
        } catch (RuntimeException e) {
            LOGGER.error("the outcome of {} cannot be told: {}", capability.id(), Traces.of(e));
            deliver(500, Rpc.error(asked.id(), RpcError.internal()));
        }
    }

    /** It failed because the client was to be asked what it did not say it can answer. */
    private @Nullable RpcError unable() {
        synchronized (missing) {
            if (missing.isEmpty() || !asked().isModern()) {
                return null;
            }
            ObjectNode data = Rpc.object();
            ObjectNode required = data.putObject("requiredCapabilities");
            missing.forEach(required::putObject);
            return new RpcError(
                    400,
                    Rpc.MISSING_CAPABILITY,
                    "this needs a client that declares " + String.join(", ", missing),
                    data);
        }
    }

    /** The client no longer waits. */
    final void cancel() {
        hangUp.happened();
    }

    @Override
    public final boolean wantsProgress() {
        JsonNode token = asked().progressToken();
        return token.isTextual() || token.isNumber();
    }

    @Override
    public final @Nullable String leastLogLevel() {
        LogLevel least = logLevel();
        return least == null ? null : least.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public final void tell(String method, ObjectNode params) {
        if (method.equals(PROGRESS)) {
            if (wantsProgress()) {
                ObjectNode own = params.deepCopy();
                own.set("progressToken", asked().progressToken());
                tell(Rpc.notification(method, own));
            }
            return;
        }
        LogLevel least = logLevel();
        LogLevel level = LogLevel.named(params.path("level").asText());
        if (method.equals(LOG) && least != null && level != null && level.compareTo(least) >= 0) {
            tell(Rpc.notification(method, params));
        }
    }

    private void tell(ObjectNode notification) {
        if (!send(notification)) {
            calls.dropped();
        }
    }

    @Override
    public final CompletionStage<JsonNode> ask(String method, ObjectNode params) {
        return ask("", method, params);
    }

    @Override
    public final CompletionStage<JsonNode> ask(String key, String method, ObjectNode params) {
        String needed = QUESTIONS.get(method);
        if (needed == null || !capabilities().has(needed)) {
            if (needed != null) {
                synchronized (missing) {
                    missing.add(needed);
                }
            }
            return CompletableFuture.failedFuture(new CapabilityException(
                    ErrorCode.TOOL_ERROR, "the caller cannot be asked " + method + ": its client does not declare it"));
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        put(key, method, params, answer);
        return answer;
    }

    static CapabilityException gone() {
        return new CapabilityException(ErrorCode.CANCELLED, "the caller has gone, or the call has ended");
    }
}
