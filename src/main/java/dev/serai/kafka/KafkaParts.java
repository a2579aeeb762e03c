package dev.serai.kafka;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.delivery.PartSequence;
import dev.serai.invocation.InvocationHeaders;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Sends what is told of a record's call to the topic of answers, in no transaction. */
final class KafkaParts {
    /** For one part; its record waits no longer for the broker. */
    private static final long PATIENCE_SECONDS = 10;

    private final KafkaLink link;
    private final Outgoing outgoing;

    KafkaParts(KafkaLink link) {
        this.link = link;
        this.outgoing = new Outgoing(link.options());
    }

    /** Where the record asks for it. */
    void attach(ConsumerRecord<byte[], byte[]> taken, Exchange exchange) {
        if ("true".equals(TakenRecord.text(taken, InvocationHeaders.STREAM))) {
            Object requestId = exchange.getMessage().getHeader(InvocationHeaders.REQUEST_ID);
            new PartSequence(link.workers(), (number, part) -> send(taken, requestId, number, part)).attach(exchange);
        }
    }

    private void send(ConsumerRecord<byte[], byte[]> taken, Object requestId, int number, ObjectNode part)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Boolean> sent = new CompletableFuture<>();
        link.send(outgoing.part(taken, requestId, number, part), (metadata, failure) -> {
            if (failure == null) {
                sent.complete(true);
            } else {
                sent.completeExceptionally(failure);
            }
        });
        sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
