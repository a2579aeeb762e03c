package dev.serai.gateway;

import dev.serai.delivery.ClaimDelivery;
import dev.serai.delivery.DeliveryMarks;
import dev.serai.delivery.DeliveryPauses;
import dev.serai.delivery.DeliveryStats;
import dev.serai.delivery.JudgeDelivery;
import dev.serai.delivery.MemoryMarks;
import dev.serai.delivery.PresentDelivery;
import dev.serai.delivery.SettleDelivery;
import dev.serai.flow.PlanBook;
import dev.serai.loop.Workers;
import dev.serai.store.StoreMode;
import dev.serai.store.StoreStats;
import dev.serai.store.StoredMarks;
import io.netty.util.HashedWheelTimer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** What the route {@code deliver-invocation} needs, as the settings ask for it. */
final class DeliverySetup implements AutoCloseable {
    private static final String MEMORY = "memory";

    private final DeliveryMarks marks;
    private final DeliveryStats stats = new DeliveryStats();
    private final DeliveryPauses pauses;
    private final Workers workers;

    DeliverySetup(
            Settings settings, Function<String, @Nullable String> environment, HashedWheelTimer timers, Workers workers)
            throws StartException, InterruptedException {
        this.marks = marks(settings, environment);
        this.pauses = new DeliveryPauses(timers, workers);
        this.workers = workers;
    }

    private static DeliveryMarks marks(Settings settings, Function<String, @Nullable String> environment)
            throws StartException, InterruptedException {
        String store = settings.text(Setting.DELIVERY_STORE);
        Duration keep = settings.duration(Setting.DELIVERY_KEEP);
        if (store.equals(MEMORY)) {
            return new MemoryMarks(keep);
        }
        if (!store.equals(StoreMode.FILE.word()) && !store.equals(StoreMode.REDIS.word())) {
            throw new StartException(
                    Setting.DELIVERY_STORE.property() + " = '" + store + "': expected memory, file or redis", null);
        }
        try {
            Path file = Path.of(settings.text(Setting.DELIVERY_FILE));
            return StoredMarks.open(
                    StoreSetup.settings(StoreMode.parse(store), file, settings, environment), environment, keep);
        } catch (InvalidPathException e) {
            throw new StartException(Setting.DELIVERY_FILE.property() + " is not a path: " + e.getReason(), e);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Ends the pauses between two tries: what waits in them stays with its broker. */
    void leave() {
        pauses.end();
    }

    void bind(Registry registry, Settings settings, PlanBook plans) throws StartException {
        registry.bind("claimDelivery", new ClaimDelivery(marks, plans::runsOnce, workers, stats));
        registry.bind("presentDelivery", new PresentDelivery());
        registry.bind(
                "judgeDelivery",
                new JudgeDelivery(
                        settings.number(Setting.DELIVERY_RETRIES),
                        settings.duration(Setting.DELIVERY_RETRY_DELAY),
                        settings.duration(Setting.DELIVERY_RETRY_DELAY_MAX),
                        pauses,
                        stats));
        registry.bind("settleDelivery", new SettleDelivery(marks, workers, stats));
    }

    DeliveryMarks marks() {
        return marks;
    }

    DeliveryStats stats() {
        return stats;
    }

    /** How the store of marks does. */
    StoreStats store() {
        return marks instanceof StoredMarks stored ? stored.stats() : StoreStats.NONE;
    }

    @Override
    public void close() {
        marks.close();
    }
}
