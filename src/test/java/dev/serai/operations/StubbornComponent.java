package dev.serai.operations;

import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;

/** {@code stubborn:name}: consumers that take nothing, and run what the test gives when they are to be suspended. */
final class StubbornComponent extends DefaultComponent {
    private final Runnable onSuspend;

    StubbornComponent(Runnable onSuspend) {
        this.onSuspend = onSuspend;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new DefaultEndpoint(uri, this) {
            @Override
            public Producer createProducer() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Consumer createConsumer(Processor processor) {
                return new StubbornConsumer(this, processor);
            }

            @Override
            public boolean isLenientProperties() {
                return true;
            }
        };
    }

    private final class StubbornConsumer extends DefaultConsumer implements Suspendable {
        StubbornConsumer(Endpoint endpoint, Processor processor) {
            super(endpoint, processor);
        }

        @Override
        protected void doSuspend() {
            onSuspend.run();
        }
    }
}
