package dev.serai.flow;

import dev.serai.loop.EventLoops;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import dev.serai.policy.Policies;
import dev.serai.policy.PolicyGate;
import dev.serai.policy.Subject;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Refuses a call that its declaration's policies do not let through, before it waits for its turn. Where a rate is counted
 * elsewhere, a call that is on an event loop goes on with a worker.
 */
public final class ApplyPolicies extends AsyncProcessorSupport implements NonBlocking {
    private final PolicyGate gate;
    private final EventLoops loops;
    private final Workers workers;

    public ApplyPolicies(PolicyGate gate, EventLoops loops, Workers workers) {
        this.gate = gate;
        this.loops = loops;
        this.workers = workers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Policies policies = Invocation.of(exchange).plan().policies();
        if (policies != null && gate.mayBlock(policies)) {
            if (loops.onLoop()) {
                workers.goOn(() -> {
                    Stoppable.run(exchange, this::apply);
                    callback.done(false);
                });
                return false;
            }
            Stoppable.run(exchange, this::apply);
        } else if (policies != null) {
            try {
                apply(exchange);
            } catch (Exception | Error e) {
                exchange.setException(e);
            }
        }
        callback.done(true);
        return true;
    }

    private void apply(Exchange exchange) throws InterruptedException {
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
