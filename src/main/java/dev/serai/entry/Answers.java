package dev.serai.entry;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Sets a whole answer: nothing that was on the message before goes out. */
final class Answers {
    private Answers() {}

    static void set(Exchange exchange, String contentType, byte[] body) {
        Message message = exchange.getMessage();
        message.setHeaders(new HashMap<>(Map.of("Content-Type", contentType)));
        message.setBody(body);
    }
}
