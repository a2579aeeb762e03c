package dev.serai.flow;

import dev.serai.loop.NonBlocking;
import dev.serai.policy.Policies;
import dev.serai.policy.PolicyGate;
import dev.serai.policy.Subject;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Refuses a call that its declaration's policies do not let through, before it waits for its turn. */
public final class ApplyPolicies implements Processor, NonBlocking {
    private final PolicyGate gate;

    public ApplyPolicies(PolicyGate gate) {
        this.gate = gate;
    }

    @Override
    public void process(Exchange exchange) {
        Invocation invocation = Invocation.of(exchange);
        Plan plan = invocation.plan();
        Policies policies = plan.policies();
        if (policies != null) {
            invocation.passage = gate.pass(
                    policies,
                    new Subject(
                            plan.capability().id(),
                            plan.provider(),
                            plan.serverUrl(),
                            invocation.life.caller().name()));
        }
    }
}
