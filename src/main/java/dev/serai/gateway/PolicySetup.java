package dev.serai.gateway;

import dev.serai.credential.Credentials;
import dev.serai.flow.AnswerWanted;
import dev.serai.flow.ApplyPolicies;
import dev.serai.flow.BatchCalls;
import dev.serai.flow.CancelNotices;
import dev.serai.flow.FallBack;
import dev.serai.flow.JudgeTry;
import dev.serai.flow.KeepAnswer;
import dev.serai.flow.ProviderRoutes;
import dev.serai.flow.RetriesDeclared;
import dev.serai.flow.ShareAnswer;
import dev.serai.flow.TryAgain;
import dev.serai.flow.Unanswered;
import dev.serai.loop.EventLoops;
import dev.serai.loop.Workers;
import dev.serai.observe.Health;
import dev.serai.observe.Metrics;
import dev.serai.observe.PolicyMetrics;
import dev.serai.policy.AnswerCache;
import dev.serai.policy.Flights;
import dev.serai.policy.PolicyGate;
import dev.serai.policy.SharedRates;
import dev.serai.store.StoreMode;
import dev.serai.store.StoreStats;
import dev.serai.store.StoredRates;
import io.netty.util.HashedWheelTimer;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** The steps of the core routes that do what declarations say in their policies. */
final class PolicySetup implements AutoCloseable {
    private static final String MEMORY = "memory";

    private final @Nullable StoredRates rates;
    private final PolicyGate gate;
    private final AnswerCache cache;
    private final Flights flights;
    private final ShareAnswer shares;
    private final JudgeTry tries;
    private final FallBack fallbacks;
    private final BatchCalls batches;

    PolicySetup(
            CamelContext context,
            Settings settings,
            Function<String, @Nullable String> environment,
            ProviderRoutes providers,
            Credentials credentials,
            HashedWheelTimer timers,
            Workers workers,
            CancelNotices notices)
            throws StartException, InterruptedException {
        this.rates = rates(settings, environment);
        this.gate = new PolicyGate(rates == null ? SharedRates.NONE : rates);
        this.cache = new AnswerCache(settings.number(Setting.CACHE_MAX_BYTES));
        this.flights = new Flights(settings.admission().queueMax());
        this.shares = new ShareAnswer(cache, flights, credentials, timers, workers);
        this.tries = new JudgeTry(timers, workers);
        this.batches = new BatchCalls(context.createProducerTemplate(), providers, timers, workers, notices);
        this.fallbacks = new FallBack(context, workers);
    }

    private static @Nullable StoredRates rates(Settings settings, Function<String, @Nullable String> environment)
            throws StartException, InterruptedException {
        String store = settings.text(Setting.RATE_LIMIT_STORE);
        if (store.equals(MEMORY)) {
            return null;
        }
        if (!store.equals(StoreMode.REDIS.word())) {
            throw new StartException(
                    Setting.RATE_LIMIT_STORE.property() + " = '" + store + "': expected memory or redis", null);
        }
        try {
            return StoredRates.open(
                    StoreSetup.settings(StoreMode.REDIS, Path.of(""), settings, environment), environment);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    void bind(Registry registry, EventLoops loops, Workers workers) {
        registry.bind("shareAnswer", shares);
        registry.bind("answerWanted", new AnswerWanted());
        registry.bind("applyPolicies", new ApplyPolicies(gate, loops, workers));
        registry.bind("retriesDeclared", new RetriesDeclared());
        registry.bind("tryAgain", new TryAgain());
        registry.bind("judgeTry", tries);
        registry.bind("keepAnswer", new KeepAnswer());
        registry.bind("fallBack", fallbacks);
        registry.bind("unanswered", new Unanswered());
    }

    /** Those that the step needs which calls providers. */
    BatchCalls batches() {
        return batches;
    }

    void show(Metrics metrics, Health health) {
        PolicyMetrics.bind(metrics, gate);
        PolicyMetrics.bind(metrics, cache, flights);
        PolicyMetrics.bind(metrics, tries::retries, fallbacks::taken);
        PolicyMetrics.bindBatches(metrics, batches::requests, batches::calls);
        PolicyMetrics.bindRates(metrics, this::store);
        health.add("rates", () -> new Health.Part(store().degraded(), null));
    }

    private StoreStats store() {
        return rates == null ? StoreStats.NONE : rates.stats();
    }

    @Override
    public void close() {
        if (rates != null) {
            rates.close();
        }
    }
}
