package dev.serai.flow;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.lifecycle.Stage;
import dev.serai.loop.NonBlocking;
import dev.serai.policy.Passage;
import dev.serai.session.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.StreamCache;
import org.jspecify.annotations.Nullable;

/** Answers a call that worked: the value or the whole result, and what the caller may know of its session. */
public final class CompleteInvocation implements Processor, NonBlocking {
    /** The exchange property in which a provider route may leave the value, beside the whole result in the body. */
    public static final String VALUE = "SeraiValue";

    private final ProviderRoutes routes;

    public CompleteInvocation(ProviderRoutes routes) {
        this.routes = routes;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Invocation invocation = Invocation.of(exchange);
        JsonNode result = result(exchange, invocation);
        invocation.passed(Passage.End.SERVED);
        if (invocation.replica != null) {
            invocation.replica.works();
        }
        if (invocation.attempt != null) {
            invocation.attempt.call().decided(null);
        }
        Lease lease = invocation.lease;
        if (lease != null && !routes.has(invocation.plan().provider(), ProviderRoutes.CHECK)) {
            // Its server cannot be asked about a session, so a call that worked is the only proof.
            lease.session().suspect(false);
        }
        if (!invocation.life.end(Stage.COMPLETED)) {
            Stops.check(invocation.life.stage());
        }
        Answer.write(exchange, invocation, result, Stage.COMPLETED, null);
    }

    /** What the caller gets. */
    static JsonNode result(Exchange exchange, Invocation invocation) throws IOException {
        Object value = exchange.getProperty(VALUE);
        return tree(
                exchange,
                invocation.raw || value == null ? exchange.getMessage().getBody() : value);
    }

    static JsonNode tree(Exchange exchange, @Nullable Object body) throws IOException {
        if (body instanceof JsonNode node && !node.isMissingNode()) {
            return node;
        }
        if (body instanceof Map<?, ?> || body instanceof List<?> || body instanceof Number || body instanceof Boolean) {
            return Json.MAPPER.valueToTree(body);
        }
        if (body instanceof InputStream in && !(body instanceof StreamCache)) {
            in.close();
            throw empty("an event stream that its route did not read");
        }
        byte[] bytes = exchange.getContext().getTypeConverter().convertTo(byte[].class, exchange, body);
        if (bytes == null || bytes.length == 0) {
            throw empty("an empty body");
        }
        if (!isProse(bytes[0])) {
            try {
                return Json.MAPPER.readTree(bytes);
            } catch (JacksonException e) {
                // Text, too.
            }
        }
        return TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));
    }

    /** Whether no JSON text begins so (RFC 8259, section 2); to find out by an exception is dear. */
    private static boolean isProse(byte first) {
        boolean letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
        return first == '<' || (letter && first != 't' && first != 'f' && first != 'n');
    }

    private static CapabilityException empty(String what) {
        return new CapabilityException(
                ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the provider route returned " + what + " instead of a result");
    }
}
