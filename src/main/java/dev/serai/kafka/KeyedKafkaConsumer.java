package dev.serai.kafka;

import dev.serai.invocation.Traces;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records from the topic of calls: in order per key, any number of keys at a time. Suspended, it begins no record and
 * ends those that it has begun.
 */
final class KeyedKafkaConsumer extends DefaultConsumer implements Suspendable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyedKafkaConsumer.class);

    private final KafkaLink link;
    private final KafkaParts parts;
    private volatile PollLoop loop;

    KeyedKafkaConsumer(KeyedKafkaEndpoint endpoint, Processor processor, KafkaLink link) {
        super(endpoint, processor);
        this.link = link;
        this.parts = new KafkaParts(link);
        this.loop = new PollLoop(link, this::begin);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        link.start();
        loop = new PollLoop(link, this::begin);
        loop.start();
    }

    @Override
    protected void doSuspend() {
        loop.suspend();
    }

    @Override
    protected void doResume() {
        loop.resume();
    }

    @Override
    protected void doStop() throws Exception {
        loop.stop();
        super.doStop();
    }

    private void begin(Work work, Consumer<Boolean> done) {
        Exchange exchange = createExchange(true);
        TakenRecord.put(work.taken, exchange, link.options().caller());
        parts.attach(work.taken, exchange);
        getAsyncProcessor().process(exchange, sync -> {
            Exception failure = exchange.getException();
            if (failure != null) {
                link.stats().failures.increment();
                LOG.debug("{} at {} goes again: {}", work.partition.name(), work.slot.offset, Traces.of(failure));
            }
            work.drafts = Draft.of(exchange);
            done.accept(failure == null);
        });
    }
}
