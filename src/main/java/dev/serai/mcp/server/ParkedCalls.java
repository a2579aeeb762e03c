package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.Json;
import dev.serai.lifecycle.HangUp;
import io.netty.util.HashedWheelTimer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The calls whose clients have been asked something and have not come back yet; none outlives the call's deadline. */
final class ParkedCalls {
    private static final long TOGETHER_MS = 10;
    private static final List<String> NOT_REPEATED = List.of("inputResponses", "requestState", "_meta");

    private final int most;
    private final Seal seal;
    private final HashedWheelTimer timers;
    private final Calls calls;
    private final ConcurrentHashMap<String, ModernCall> parked = new ConcurrentHashMap<>();

    ParkedCalls(int most, Seal seal, HashedWheelTimer timers, Calls calls) {
        this.most = most;
        this.seal = seal;
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
    String state(String name, int round, Asked asked) {
        return seal.seal(name + ' ' + round, purpose(asked));
    }

    /**
     * Goes on with the call that the request belongs to.
     *
     * @throws RpcError the same whatever is wrong with the state
     */
    void resume(Asked asked, Turn turn, HangUp connection) {
        String state = asked.params().path("requestState").asText();
        String opened = seal.open(state, purpose(asked));
        ModernCall call = opened == null ? null : taken(opened);
        int round = opened == null ? 0 : Integer.parseInt(opened.substring(opened.indexOf(' ') + 1));
        if (call == null || !call.resume(asked, turn, connection, round)) {
            throw RpcError.handled(
                    Rpc.INVALID_PARAMS,
                    "the requestState is not valid, or the call has ended: begin again without one");
        }
    }

    /** Out of the parked ones, so that of two that come with the same state one goes on. */
    private @Nullable ModernCall taken(String opened) {
        int space = opened.indexOf(' ');
        ModernCall call = parked.get(opened.substring(0, space));
        if (call == null || call.round() != Integer.parseInt(opened.substring(space + 1))) {
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
