package dev.serai.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** A record that is to be sent in the transaction that commits what it is about. */
final class Draft {
    private static final String PROPERTY = "SeraiKafkaDrafts";

    private final ProducerRecord<byte[], byte[]> whole;
    private final ProducerRecord<byte[], byte[]> less;
    private final LongAdder sent;
    private boolean isLess;

    /**
     * To be sent whole.
     *
     * @param less instead, where the topic does not take the whole
     * @param sent counts those that the broker has
     */
    Draft(ProducerRecord<byte[], byte[]> whole, ProducerRecord<byte[], byte[]> less, LongAdder sent) {
        this.whole = whole;
        this.less = less;
        this.sent = sent;
    }

    /** Keeps it with the exchange until that has ended. */
    void keep(Exchange exchange) {
        List<Draft> drafts = new ArrayList<>(of(exchange));
        drafts.add(this);
        exchange.setProperty(PROPERTY, drafts);
    }

    /** Of an exchange, in order. */
    @SuppressWarnings("unchecked")
    static List<Draft> of(Exchange exchange) {
        List<Draft> drafts = exchange.getProperty(PROPERTY, List.class);
        return drafts == null ? List.of() : drafts;
    }

    ProducerRecord<byte[], byte[]> outgoing() {
        return isLess ? less : whole;
    }

    boolean isLess() {
        return isLess;
    }

    /** The topic does not take the whole. */
    void shorten() {
        isLess = true;
    }

    /** Bytes of the whole, about. */
    int size() {
        int size = whole.value() == null ? 0 : whole.value().length;
        for (Header header : whole.headers()) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }

    void sent() {
        sent.increment();
    }
}
