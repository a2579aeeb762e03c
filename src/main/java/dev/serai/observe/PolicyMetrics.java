package dev.serai.observe;

import dev.serai.policy.PolicyGate;

/** What declared policies refused. */
public final class PolicyMetrics {
    private PolicyMetrics() {}

    public static void bind(Metrics metrics, PolicyGate gate) {
        String name = "serai.policy.refused";
        String what = "Calls that a declared policy refused";
        metrics.counter(name, what, gate::tooOften, "policy", "rate_limit");
        metrics.counter(name, what, gate::refusedOpen, "policy", "circuit_breaker");
        metrics.gauge("serai.circuits.open", "Circuits that are open", gate::openCircuits);
    }
}
