package dev.serai.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.ErrorCode;
import dev.serai.policy.AnswerCache;
import dev.serai.policy.AnswerKey;
import dev.serai.policy.Flights;
import dev.serai.policy.KeptAnswer;
import dev.serai.policy.Landing;
import dev.serai.policy.Passage;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What a call owes to others that ask for the same: its answer, to be kept, or to be given to those who wait. */
final class AnswerSharing {
    /** What says nothing of the server, and yet whoever had made the call would have met it too. */
    private static final Set<ErrorCode> OF_ALL = EnumSet.of(ErrorCode.UPSTREAM_UNAUTHORIZED, ErrorCode.CIRCUIT_OPEN);

    private final AnswerKey key;
    private final AnswerCache cache;
    private final @Nullable Duration ttl;
    private final Flights flights;
    private final AtomicBoolean landed;
    /** Whether the caller was asked something, whose answer is in the result. */
    private volatile boolean personal;

    /**
     * @param ttl how long the answer is kept; {@code null} where it is not
     * @param leads whether others may wait for it
     */
    AnswerSharing(AnswerKey key, AnswerCache cache, @Nullable Duration ttl, Flights flights, boolean leads) {
        this.key = key;
        this.cache = cache;
        this.ttl = ttl;
        this.flights = flights;
        this.landed = new AtomicBoolean(!leads);
    }

    void personal() {
        personal = true;
    }

    /** @param freshMs for how long the server says that it holds; {@code null} where it does not */
    void answered(JsonNode whole, @Nullable JsonNode value, @Nullable Long freshMs) throws JsonProcessingException {
        if (personal || (ttl == null && landed.get())) {
            return;
        }
        KeptAnswer answer = new KeptAnswer(whole, value);
        if (ttl != null && (freshMs == null || freshMs > 0)) {
            cache.keep(key, answer, freshMs == null || freshMs >= ttl.toMillis() ? ttl : Duration.ofMillis(freshMs));
        }
        land(new Landing.Answered(answer));
    }

    /** @param end what that says of the server */
    void failed(ErrorCode code, String detail, @Nullable JsonNode result, Passage.End end) {
        boolean everybodys = end != Passage.End.UNKNOWN || OF_ALL.contains(code);
        if (everybodys && !personal) {
            land(new Landing.Failed(code, detail, result, end));
        }
    }

    /** The call has ended; if it has not told how, it is the turn of the next who waits. */
    void over() {
        land(null);
    }

    private void land(@Nullable Landing outcome) {
        if (landed.compareAndSet(false, true)) {
            flights.land(key, outcome);
        }
    }
}
