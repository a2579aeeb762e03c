package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.invocation.Json;
import dev.serai.lifecycle.HangUp;
import io.netty.util.HashedWheelTimer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The calls whose clients have been asked something and have not come back yet; none outlives the call's deadline. */
final class ParkedCalls {
    private static final long TOGETHER_MS = 10;
    /** How long a state holds at a gateway that gave it not, which does not know the call's deadline. */
    private static final Duration ELSEWHERE = Duration.ofMinutes(10);

    private static final int MOST_USED = 100_000;
    private static final List<String> NOT_REPEATED = List.of("inputResponses", "requestState", "_meta");

    private final int most;
    private final Seal seal;
    private final HashedWheelTimer timers;
    private final Calls calls;
    private final ConcurrentHashMap<String, ModernCall> parked = new ConcurrentHashMap<>();
    /** Names this process to itself. */
    private final String node;
    /** States of other gateways that have been used here: each is good once. */
    private final Cache<String, Boolean> used = Caffeine.newBuilder()
            .maximumSize(MOST_USED)
            .expireAfterWrite(ELSEWHERE)
            .executor(Runnable::run)
            .build();

    ParkedCalls(int most, Seal seal, HashedWheelTimer timers, Calls calls) {
        this.most = most;
        this.seal = seal;
        this.node = seal.randomName();
        this.timers = timers;
        this.calls = calls;
    }

    String newName() {
        return seal.randomName();
    }

    void soon(Runnable action) {
        timers.newTimeout(due -> calls.elsewhere(action), TOGETHER_MS, TimeUnit.MILLISECONDS);
    }

    boolean add(ModernCall call) {
        if (parked.size() >= most) {
            return false;
        }
        parked.put(call.name(), call);
        return true;
    }

    void remove(ModernCall call) {
        parked.remove(call.name());
    }

    int count() {
        return parked.size();
    }

    /** The gateway stops, so that no client can come back. */
    void stop() {
        List.copyOf(parked.values()).forEach(OngoingCall::cancel);
    }

    /** What the client brings back with its answers. */
    String state(State state, Asked asked) {
        return seal.seal(state.text(node, System.currentTimeMillis() + ELSEWHERE.toMillis()), purpose(asked));
    }

    /**
     * Goes on with the call that the request belongs to.
     *
     * @return false where it waits at another gateway, and may as well begin anew here, with the answers
     * @throws RpcError the same whatever is wrong with the state
     */
    boolean resume(Asked asked, Turn turn, HangUp connection) {
        String opened = seal.open(asked.params().path("requestState").asText(), purpose(asked));
        State.Sent sent = opened == null ? null : State.read(opened);
        if (sent != null && sent.node().equals(node)) {
            ModernCall call = taken(sent.state());
            if (call != null
                    && call.resume(asked, turn, connection, sent.state().round())) {
                return true;
            }
        } else if (opened != null
                && sent != null
                && sent.state().anew()
                && sent.untilMillis() >= System.currentTimeMillis()
                && used.asMap().putIfAbsent(opened, true) == null) {
            return false;
        }
        throw RpcError.handled(
                Rpc.INVALID_PARAMS, "the requestState is not valid, or the call has ended: begin again without one");
    }

    /** Out of the parked ones, so that of two that come with the same state one goes on. */
    private @Nullable ModernCall taken(State state) {
        ModernCall call = parked.get(state.name());
        if (call == null || call.round() != state.round()) {
            return null;
        }
        return parked.remove(call.name(), call) ? call : null;
    }

    /** A state is for its principal and for the request that it was the answer to. */
    private static String purpose(Asked asked) {
        ObjectNode request = asked.params().deepCopy();
        request.remove(NOT_REPEATED);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] hash = digest.digest(Json.bytes(request));
            return String.join(
                    "\n",
                    "state",
                    asked.principal(),
                    asked.group(),
                    asked.method(),
                    new String(Base64.getEncoder().encode(hash), StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException | com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
