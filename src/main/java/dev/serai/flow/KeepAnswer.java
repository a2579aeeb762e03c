package dev.serai.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import dev.serai.loop.NonBlocking;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives the answer to those who asked for the same, and keeps it, where the declaration lets it. */
public final class KeepAnswer implements Processor, NonBlocking {
    @Override
    public void process(Exchange exchange) throws IOException {
        AnswerSharing sharing = Invocation.of(exchange).policy.sharing;
        if (sharing != null) {
            JsonNode whole =
                    CompleteInvocation.tree(exchange, exchange.getMessage().getBody());
            exchange.getMessage().setBody(whole);
            Object value = exchange.getProperty(CompleteInvocation.VALUE);
            sharing.answered(
                    whole,
                    value == null ? null : Json.MAPPER.valueToTree(value),
                    exchange.getProperty(InvocationHeaders.FRESH_MS, Long.class));
        }
    }
}
