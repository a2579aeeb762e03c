package dev.serai.gateway;

import dev.serai.entry.DeadLetterEntry;
import dev.serai.kafka.KafkaDeadLetters;
import dev.serai.kafka.KafkaLink;
import dev.serai.kafka.KafkaOptions;
import dev.serai.loop.Workers;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** The entry from Kafka, where the settings turn it on. */
final class KafkaSetup implements AutoCloseable {
    private final KafkaLink link;
    private final KafkaDeadLetters deadLetters;

    private KafkaSetup(KafkaLink link) {
        this.link = link;
        this.deadLetters = new KafkaDeadLetters(link);
    }

    /** {@code null} where it is off: no class of Kafka's client is loaded then. */
    static @Nullable KafkaSetup of(Settings settings, Registry registry, Workers workers) throws StartException {
        KafkaOptions options = settings.kafka();
        if (!options.enabled()) {
            return null;
        }
        try {
            KafkaSetup setup = new KafkaSetup(new KafkaLink(options, workers));
            registry.bind(KafkaLink.NAME, setup.link);
            registry.bind(DeadLetterEntry.BOUND + setup.deadLetters.name(), setup.deadLetters);
            return setup;
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    KafkaLink link() {
        return link;
    }

    @Override
    public void close() {
        deadLetters.close();
        link.close();
    }
}
