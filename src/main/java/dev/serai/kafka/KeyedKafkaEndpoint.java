package dev.serai.kafka;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** One of the three topics. */
final class KeyedKafkaEndpoint extends DefaultEndpoint {
    private static final String INVOCATIONS = "invocations";
    private static final String RESULTS = "results";
    private static final String DEAD_LETTERS = "dead-letters";

    private final String role;
    private final KafkaLink link;

    KeyedKafkaEndpoint(String uri, KeyedKafkaComponent component, String role, KafkaLink link) {
        super(uri, component);
        this.role = role;
        this.link = link;
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        if (!role.equals(INVOCATIONS)) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": expected serai-kafka:" + INVOCATIONS + " to take from");
        }
        return new KeyedKafkaConsumer(this, processor, link);
    }

    @Override
    public Producer createProducer() {
        return switch (role) {
            case RESULTS -> new AnswerProducer(this, link, false);
            case DEAD_LETTERS -> new AnswerProducer(this, link, true);
            default ->
                throw new IllegalArgumentException(getEndpointUri() + ": expected serai-kafka:" + RESULTS
                        + " or serai-kafka:" + DEAD_LETTERS + " to send to");
        };
    }

    @Override
    public boolean isSingleton() {
        return true;
    }
}
