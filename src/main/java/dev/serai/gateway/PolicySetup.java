package dev.serai.gateway;

import dev.serai.credential.Credentials;
import dev.serai.flow.AnswerWanted;
import dev.serai.flow.ApplyPolicies;
import dev.serai.flow.FallBack;
import dev.serai.flow.JudgeTry;
import dev.serai.flow.KeepAnswer;
import dev.serai.flow.RetriesDeclared;
import dev.serai.flow.ShareAnswer;
import dev.serai.flow.TryAgain;
import dev.serai.flow.Unanswered;
import dev.serai.loop.Workers;
import dev.serai.observe.Metrics;
import dev.serai.observe.PolicyMetrics;
import dev.serai.policy.AnswerCache;
import dev.serai.policy.Flights;
import dev.serai.policy.PolicyGate;
import io.netty.util.HashedWheelTimer;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** The steps of the core routes that do what declarations say in their policies. */
final class PolicySetup {
    private final PolicyGate gate = new PolicyGate();
    private final AnswerCache cache;
    private final Flights flights;
    private final ShareAnswer shares;
    private final JudgeTry tries;
    private final FallBack fallbacks;

    PolicySetup(
            CamelContext context, Settings settings, Credentials credentials, HashedWheelTimer timers, Workers workers)
            throws StartException {
        this.cache = new AnswerCache(settings.number(Setting.CACHE_MAX_BYTES));
        this.flights = new Flights(settings.admission().queueMax());
        this.shares = new ShareAnswer(cache, flights, credentials, timers, workers);
        this.tries = new JudgeTry(timers, workers);
        this.fallbacks = new FallBack(context, workers);
    }

    void bind(Registry registry) {
        registry.bind("shareAnswer", shares);
        registry.bind("answerWanted", new AnswerWanted());
        registry.bind("applyPolicies", new ApplyPolicies(gate));
        registry.bind("retriesDeclared", new RetriesDeclared());
        registry.bind("tryAgain", new TryAgain());
        registry.bind("judgeTry", tries);
        registry.bind("keepAnswer", new KeepAnswer());
        registry.bind("fallBack", fallbacks);
        registry.bind("unanswered", new Unanswered());
    }

    void show(Metrics metrics) {
        PolicyMetrics.bind(metrics, gate);
        PolicyMetrics.bind(metrics, cache, flights);
        PolicyMetrics.bind(metrics, tries::retries, fallbacks::taken);
    }
}
