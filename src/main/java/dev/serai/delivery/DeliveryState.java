package dev.serai.delivery;

import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** One message on its way through its calls; kept as an exchange property and touched by one thread at a time. */
final class DeliveryState {
    private static final String PROPERTY = "SeraiDelivery";

    private final Object body;
    private final Map<String, Object> headers;

    /** Under which it is marked; {@code null} for one that may run twice. */
    final @Nullable String marked;

    int attempts;

    /** Whether no further try is to come. */
    boolean over;

    /** What the last answer means. */
    Verdict verdict = Verdict.NOT_NOW;

    DeliveryState(Exchange exchange, @Nullable String marked) {
        Message message = exchange.getMessage();
        this.body = message.getBody();
        this.headers = Map.copyOf(present(message.getHeaders()));
        this.marked = marked;
        exchange.setProperty(PROPERTY, this);
    }

    private static Map<String, Object> present(Map<String, Object> headers) {
        headers.values().removeIf(Objects::isNull);
        return headers;
    }

    static DeliveryState of(Exchange exchange) {
        DeliveryState state = exchange.getProperty(PROPERTY, DeliveryState.class);
        if (state == null) {
            throw new IllegalStateException("this step runs below deliver-invocation only");
        }
        return state;
    }

    /** Puts the message as it came on the exchange. */
    void present(Message message) {
        message.getHeaders().clear();
        message.getHeaders().putAll(headers);
        message.setBody(body);
    }

    static void remove(Exchange exchange) {
        exchange.removeProperty(PROPERTY);
    }
}
