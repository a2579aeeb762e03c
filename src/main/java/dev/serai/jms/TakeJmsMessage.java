package dev.serai.jms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.delivery.DeadReason;
import dev.serai.delivery.Delivery;
import dev.serai.invocation.Caller;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.ProblemDocument;
import dev.serai.lifecycle.Stage;
import jakarta.jms.JMSException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.jms.JmsMessage;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/**
 * Takes a message in: what it may say of its call goes on, everything else stays behind. One that cannot be called is
 * answered at once, one that has expired is dropped.
 */
final class TakeJmsMessage implements Processor {
    private final JmsReplies replies;
    private final JmsParts parts;
    private final Caller caller;
    private final JmsStats stats;
    private final int mostBytes;

    TakeJmsMessage(JmsReplies replies, JmsParts parts, Caller caller, JmsStats stats, int mostBytes) {
        this.replies = replies;
        this.parts = parts;
        this.caller = caller;
        this.stats = stats;
        this.mostBytes = mostBytes;
    }

    @Override
    public void process(Exchange exchange) throws JMSException {
        JmsMessage came = exchange.getIn(JmsMessage.class);
        JmsRequest request = new JmsRequest(came.getJmsMessage(), came.getJmsSession());
        request.attach(exchange);
        Message call = new DefaultMessage(exchange);
        exchange.setIn(call);
        exchange.setProperty(Caller.PROPERTY, caller);
        exchange.setProperty(Delivery.REDELIVERED, request.wasDelivered());
        Long left = request.left(System.currentTimeMillis());
        if (left != null && left <= 0) {
            stats.expired.increment();
            exchange.setRouteStop(true);
            return;
        }
        try {
            call.getHeaders().putAll(request.headers(left));
            replies.check(request);
            call.setBody(request.body(mostBytes));
            parts.attach(request, replies.to(request), replies.correlation(request.message()), exchange);
        } catch (CapabilityException e) {
            refuse(exchange, e.code(), String.valueOf(e.getMessage()));
        } catch (JMSException | RuntimeException e) {
            refuse(exchange, ErrorCode.INVALID_ARGUMENTS, "the message cannot be read");
        }
    }

    private static void refuse(Exchange exchange, ErrorCode code, String detail) {
        Message message = exchange.getMessage();
        Map<String, Object> headers = message.getHeaders();
        String requestId = (String) headers.get(InvocationHeaders.REQUEST_ID);
        ObjectNode problem = ProblemDocument.of(code, detail, id(headers), requestId);
        headers.clear();
        headers.put(InvocationHeaders.STATUS, Stage.of(code).wireName());
        headers.put(InvocationHeaders.ERROR_CODE, code.wireName());
        headers.put(InvocationHeaders.REQUEST_ID, problem.path("requestId").asText());
        headers.put(InvocationHeaders.ATTEMPTS, 0);
        headers.put(InvocationHeaders.DURATION_MS, 0L);
        message.setBody(problem);
        exchange.setProperty(Delivery.DEAD, DeadReason.POISON);
        exchange.setProperty(Delivery.ATTEMPTS, 0);
    }

    private static @Nullable String id(Map<String, Object> headers) {
        return (String) headers.get(InvocationHeaders.ID);
    }
}
