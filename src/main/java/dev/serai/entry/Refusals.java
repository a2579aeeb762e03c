package dev.serai.entry;

import dev.serai.invocation.ErrorCode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;

/** Counts the requests that are refused before they are a call, by the code of the answer. */
public final class Refusals {
    /** What is answered at the door. */
    private static final List<ErrorCode> CODES = List.of(
            ErrorCode.UNAUTHORIZED,
            ErrorCode.FORBIDDEN,
            ErrorCode.TOO_MANY_REQUESTS,
            ErrorCode.PAYLOAD_TOO_LARGE,
            ErrorCode.INVALID_ARGUMENTS,
            ErrorCode.TIMEOUT,
            ErrorCode.UPSTREAM_UNAVAILABLE,
            ErrorCode.SHUTTING_DOWN);

    private final Map<ErrorCode, LongAdder> counts;

    public Refusals() {
        EnumMap<ErrorCode, LongAdder> made = new EnumMap<>(ErrorCode.class);
        CODES.forEach(code -> made.put(code, new LongAdder()));
        counts = Collections.unmodifiableMap(made);
    }

    void note(ErrorCode code) {
        LongAdder count = counts.get(code);
        if (count == null) {
            throw new IllegalArgumentException(code + " is no code of a refusal at the door");
        }
        count.increment();
    }

    /** Tells each code and how to read its count. */
    public void measure(BiConsumer<String, DoubleSupplier> meters) {
        counts.forEach((code, count) -> meters.accept(code.wireName(), count::sum));
    }
}
