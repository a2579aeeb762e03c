package dev.serai.mcp;

import java.io.InputStream;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/** Reads what the HTTP step brought, and does meanwhile what the server asks for on the way. */
final class Answers {
    private final AnswerReader reader;
    private final ConcurrentHashMap<CamelContext, ProducerTemplate> templates = new ConcurrentHashMap<>(1);

    /** @param maxMessageBytes the largest message accepted, in bytes; at least 1 */
    Answers(int maxMessageBytes) {
        if (maxMessageBytes < 1) {
            throw new IllegalArgumentException("maxMessageBytes must be at least 1, was " + maxMessageBytes);
        }
        this.reader = new AnswerReader(maxMessageBytes);
    }

    /**
     * What was expected.
     *
     * @param pending the request for which the server may ask something; {@code null} where it may not ask yet
     */
    <R> R read(Exchange exchange, Expected<R> expected, @Nullable Pending pending) {
        Message message = exchange.getMessage();
        Object contentType = message.getHeader(McpHeaders.CONTENT_TYPE);
        McpHeaders.clear(message);
        if (pending == null || !(message.getBody() instanceof InputStream stream)) {
            return reader.read(message.getBody(), contentType, expected, Incoming.NOBODY);
        }
        ProducerTemplate template =
                templates.computeIfAbsent(exchange.getContext(), CamelContext::createProducerTemplate);
        ServerAnswers toServer = new ServerAnswers(exchange, template, stream);
        CallerSide caller =
                new CallerSide(exchange, pending, expected.requests(), toServer, new Resumption(exchange, template));
        try {
            return reader.read(stream, contentType, expected, caller);
        } finally {
            toServer.end();
        }
    }
}
