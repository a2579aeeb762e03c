package dev.serai.store;

import dev.serai.capability.Rate;
import dev.serai.policy.SharedRates;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Counts calls in Redis, together with all gateways that have the same key. */
public final class StoredRates implements SharedRates, AutoCloseable {
    private final StoreKeys keys;
    private final StoreHealth health = new StoreHealth(
            StoreMode.REDIS,
            "store of rates",
            "Each gateway counts the rates of policy_rate_limit by itself",
            "rates are counted together");
    private final StoreLink<RedisRates> link;

    private StoredRates(StoreSettings settings, StoreKeys keys) {
        this.keys = keys;
        this.link = new StoreLink<>(() -> new RedisRates(RedisStore.connect(settings)), health);
    }

    /**
     * Connects. A Redis that cannot be used now is no error: it is tried again.
     *
     * @param environment gives a variable's value, or {@code null}
     * @throws IllegalArgumentException if a setting is wrong or the key is missing, saying what to do
     */
    public static StoredRates open(StoreSettings settings, Function<String, @Nullable String> environment)
            throws InterruptedException {
        RedisStore.check(settings.redisUrl());
        StoredRates rates = new StoredRates(settings, StoreKeys.read(settings, environment));
        rates.link.open();
        return rates;
    }

    @Override
    public long take(String counted, Rate rate) throws InterruptedException {
        String place = keys.first().ratePlace(counted);
        return link.run(counts -> counts.take(place, rate.calls(), rate.period()), UNKNOWN);
    }

    /** How the store does; reading it touches nothing. */
    public StoreStats stats() {
        return health.stats();
    }

    @Override
    public void close() {
        link.close();
    }
}
