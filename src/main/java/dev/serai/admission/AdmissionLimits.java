package dev.serai.admission;

import dev.serai.setting.Knob;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How many calls may be in progress, and how they wait. A limit of 0 is none.
 *
 * @param inFlight calls in progress, {@code serai.limits.in-flight}
 * @param perProvider of them with one provider, {@code serai.limits.per-provider}
 * @param perServer of them with one server URL, {@code serai.limits.per-server}
 * @param perCaller of them of one caller, {@code serai.limits.per-caller}
 * @param queueMax calls that wait, {@code serai.queue.max}
 * @param queueTimeout longest wait, {@code serai.queue.timeout}
 * @param ageing after this wait a call goes before later ones of the next higher priority, {@code serai.queue.ageing}
 */
public record AdmissionLimits(
        int inFlight,
        int perProvider,
        int perServer,
        int perCaller,
        int queueMax,
        Duration queueTimeout,
        Duration ageing) {
    private static final int MOST = 1_000_000;

    private static final Knob IN_FLIGHT =
            Knob.number("serai.limits.in-flight", "1024", 1, MOST, "calls in progress at once; beyond it they queue");
    private static final Knob PER_PROVIDER = Knob.number(
            "serai.limits.per-provider", "0", 0, MOST, "of them with one provider; 0 is no limit of its own");
    private static final Knob PER_SERVER = Knob.number(
            "serai.limits.per-server", "0", 0, MOST, "of them with one server URL; 0 is no limit of its own");
    private static final Knob PER_CALLER =
            Knob.number("serai.limits.per-caller", "0", 0, MOST, "of them of one caller; 0 is no limit of its own");
    private static final Knob QUEUE_MAX =
            Knob.number("serai.queue.max", "1000", 0, MOST, "calls that wait for their turn; beyond it 429");
    private static final Knob QUEUE_TIMEOUT = Knob.duration(
            "serai.queue.timeout", "60s", "1ms", "longest that a call waits for its turn, within its own timeout");
    private static final Knob AGEING = Knob.duration(
            "serai.queue.ageing",
            "1s",
            "1ms",
            "after waiting this much longer a call goes before those of the next higher priority");

    /** The settings that these limits are read from. */
    public static List<Knob> knobs() {
        return List.of(IN_FLIGHT, PER_PROVIDER, PER_SERVER, PER_CALLER, QUEUE_MAX, QUEUE_TIMEOUT, AGEING);
    }

    /**
     * Reads {@code serai.limits.*} and {@code serai.queue.*}.
     *
     * @throws IllegalArgumentException naming the property, its text and what was expected
     */
    public static AdmissionLimits from(UnaryOperator<@Nullable String> texts) {
        return new AdmissionLimits(
                IN_FLIGHT.integer(texts),
                PER_PROVIDER.integer(texts),
                PER_SERVER.integer(texts),
                PER_CALLER.integer(texts),
                QUEUE_MAX.integer(texts),
                QUEUE_TIMEOUT.duration(texts),
                AGEING.duration(texts));
    }
}
