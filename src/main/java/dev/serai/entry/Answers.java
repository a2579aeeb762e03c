package dev.serai.entry;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Sets a whole answer: nothing that was on the message before goes out. */
final class Answers {
    private Answers() {}

    static void set(Exchange exchange, String contentType, byte[] body) {
        replaceHeaders(exchange.getMessage(), Map.of("Content-Type", contentType));
        exchange.getMessage().setBody(body);
    }

    /** In place: {@code setHeaders} would build a second map. */
    static void replaceHeaders(Message message, Map<String, Object> headers) {
        message.getHeaders().clear();
        message.getHeaders().putAll(headers);
    }
}
