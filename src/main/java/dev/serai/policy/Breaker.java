package dev.serai.policy;

import dev.serai.invocation.BusyException;
import dev.serai.invocation.ErrorCode;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.concurrent.TimeUnit;

/** One circuit, and until when it is open. */
final class Breaker implements Passage {
    private final BreakerRule rule;
    private final CircuitBreaker circuit;
    private volatile long openUntilNanos;

    Breaker(BreakerRule rule) {
        this.rule = rule;
        this.circuit = CircuitBreaker.of(
                "serai",
                CircuitBreakerConfig.custom()
                        .slidingWindow(rule.window(), rule.window(), SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(rule.failureRate())
                        .waitDurationInOpenState(rule.openFor())
                        .recordResult(End.FAILED::equals)
                        .permittedNumberOfCallsInHalfOpenState(rule.trials())
                        .build());
        circuit.getEventPublisher().onStateTransition(change -> {
            if (change.getStateTransition().getToState() == State.OPEN) {
                openUntilNanos = System.nanoTime() + rule.openFor().toNanos();
            }
        });
    }

    /** @throws BusyException {@link ErrorCode#CIRCUIT_OPEN} */
    void pass() {
        if (!circuit.tryAcquirePermission()) {
            throw new BusyException(
                    ErrorCode.CIRCUIT_OPEN,
                    "of the last " + rule.window() + " calls, " + rule.failureRate()
                            + " % or more failed at the server (policy_circuit_breaker): it is left alone for "
                            + rule.openFor().toMillis() + " ms, then tried with " + rule.trials(),
                    seconds(openUntilNanos - System.nanoTime()));
        }
    }

    @Override
    public void ended(End how) {
        if (how == End.UNKNOWN) {
            circuit.releasePermission();
        } else {
            circuit.onResult(0, TimeUnit.NANOSECONDS, how);
        }
    }

    boolean isOpen() {
        return circuit.getState() == State.OPEN;
    }

    /** Rounded up, at least 1. */
    static int seconds(long nanos) {
        long whole = TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1);
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, whole));
    }
}
