package dev.serai.kafka;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code serai-kafka:invocations} takes calls, {@code serai-kafka:results} and {@code serai-kafka:dead-letters} send what
 * became of them. Topics, broker and limits are those of {@code serai.kafka.*}, never of a message.
 */
public final class KeyedKafkaComponent extends DefaultComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        KafkaLink link = getCamelContext().getRegistry().lookupByNameAndType(KafkaLink.NAME, KafkaLink.class);
        if (link == null) {
            throw new IllegalStateException(uri + ": Kafka is off; expected serai.kafka.enabled = true");
        }
        return new KeyedKafkaEndpoint(uri, this, remaining, link);
    }
}
