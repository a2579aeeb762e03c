package dev.serai.gateway;

import dev.serai.kafka.KafkaLink;
import dev.serai.kafka.KafkaOptions;
import dev.serai.loop.Workers;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** The entry from Kafka, where the settings turn it on. */
final class KafkaSetup implements AutoCloseable {
    private final KafkaLink link;

    private KafkaSetup(KafkaLink link) {
        this.link = link;
    }

    /** {@code null} where it is off: no class of Kafka's client is loaded then. */
    static @Nullable KafkaSetup of(Settings settings, Registry registry, Workers workers) throws StartException {
        KafkaOptions options = settings.kafka();
        if (!options.enabled()) {
            return null;
        }
        try {
            KafkaLink link = new KafkaLink(options, workers);
            registry.bind(KafkaLink.NAME, link);
            return new KafkaSetup(link);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    KafkaLink link() {
        return link;
    }

    @Override
    public void close() {
        link.close();
    }
}
