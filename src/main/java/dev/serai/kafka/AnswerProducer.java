package dev.serai.kafka;

import dev.serai.delivery.PartSequence;
import dev.serai.invocation.InvocationHeaders;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** Sends what became of a record, and goes on once the broker has it. */
final class AnswerProducer extends DefaultAsyncProducer {
    private final KafkaLink link;
    private final Outgoing outgoing;
    private final boolean dead;

    /** @param dead whether these are the dead letters */
    AnswerProducer(KeyedKafkaEndpoint endpoint, KafkaLink link, boolean dead) {
        super(endpoint);
        this.link = link;
        this.outgoing = new Outgoing(link.options());
        this.dead = dead;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        ConsumerRecord<byte[], byte[]> taken = TakenRecord.of(exchange);
        if (taken == null) {
            exchange.setException(new IllegalStateException(
                    getEndpoint().getEndpointUri() + ": expected an exchange of serai-kafka:invocations"));
            callback.done(true);
            return true;
        }
        PartSequence parts = dead ? null : PartSequence.of(exchange);
        if (parts != null) {
            var unused = parts.end().thenAccept(number -> {
                exchange.getMessage().setHeader(InvocationHeaders.SEQUENCE, number);
                // This thread may be the one that sent the parts.
                link.workers().goOn(() -> answerLast(exchange, callback, taken));
            });
            return false;
        }
        if (answer(exchange, callback, taken)) {
            callback.done(true);
            return true;
        }
        return false;
    }

    private void answerLast(Exchange exchange, AsyncCallback callback, ConsumerRecord<byte[], byte[]> taken) {
        boolean all = true;
        try {
            all = answer(exchange, callback, taken);
        } catch (RuntimeException | Error e) {
            exchange.setException(e);
        }
        if (all) {
            callback.done(false);
        }
    }

    /** Whether that is all; else the callback is called once it is. */
    private boolean answer(Exchange exchange, AsyncCallback callback, ConsumerRecord<byte[], byte[]> taken) {
        if (link.options().exactlyOnce()) {
            draft(exchange, taken).keep(exchange);
            return true;
        }
        send(exchange, callback, taken);
        return false;
    }

    private ProducerRecord<byte[], byte[]> whole(Exchange exchange, ConsumerRecord<byte[], byte[]> taken) {
        return dead ? outgoing.deadLetter(exchange, taken, true) : outgoing.answer(exchange, taken);
    }

    private ProducerRecord<byte[], byte[]> less(Exchange exchange, ConsumerRecord<byte[], byte[]> taken) {
        return dead ? outgoing.deadLetter(exchange, taken, false) : outgoing.tooLarge(exchange, taken);
    }

    private LongAdder sent() {
        return dead ? link.stats().deadLetters : link.stats().answered;
    }

    private Draft draft(Exchange exchange, ConsumerRecord<byte[], byte[]> taken) {
        return new Draft(whole(exchange, taken), less(exchange, taken), sent());
    }

    private void send(Exchange exchange, AsyncCallback callback, ConsumerRecord<byte[], byte[]> taken) {
        link.send(whole(exchange, taken), (metadata, failure) -> {
            if (failure instanceof RecordTooLargeException) {
                link.workers().goOn(() -> sendLess(exchange, callback, taken));
            } else {
                over(exchange, callback, failure);
            }
        });
    }

    private void sendLess(Exchange exchange, AsyncCallback callback, ConsumerRecord<byte[], byte[]> taken) {
        link.send(less(exchange, taken), (metadata, failure) -> over(exchange, callback, failure));
    }

    private void over(Exchange exchange, AsyncCallback callback, @Nullable Exception failure) {
        if (failure == null) {
            sent().increment();
        } else {
            exchange.setException(failure);
        }
        // This thread is the client's: what comes next may wait, and must not here.
        link.workers().goOn(() -> callback.done(false));
    }
}
