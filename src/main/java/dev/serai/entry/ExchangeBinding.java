package dev.serai.entry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerToken;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConversionException;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Between an HTTP request and an exchange. Header fields, query parameters and form fields become
 * exchange headers only where both the endpoint's own filter and {@link HeaderNames} let them pass;
 * the same two decide what goes out.
 */
final class ExchangeBinding {
    private static final byte[] NOTHING = new byte[0];
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int HIGHEST_STATUS = 599;

    private final HeaderFilterStrategy filter;
    private final boolean formsAsBody;

    ExchangeBinding(HeaderFilterStrategy filter, boolean formsAsBody) {
        this.filter = filter;
        this.formsAsBody = formsAsBody;
    }

    void fill(Exchange exchange, IngressRequest request, byte[] body) {
        Message message = exchange.getIn();
        exchange.setProperty(IngressRequest.PROPERTY, request);
        exchange.setProperty(InvocationHeaders.CLIENT, request.client());
        if (request.caller() != null) {
            exchange.setProperty(Caller.PROPERTY, request.caller());
        }
        if (request.token() != null) {
            exchange.setProperty(CallerToken.PROPERTY, request.token());
        }
        message.setBody(body);
        Map<String, Object> headers = message.getHeaders();
        for (Map.Entry<String, String> field : request.allHeaders()) {
            admit(exchange, headers, field.getKey(), field.getValue());
        }
        if (request.query() != null) {
            admitAll(exchange, headers, parameters(request.query()));
            headers.put(Exchange.HTTP_QUERY, request.query());
        }
        if (isForm(request) && body.length > 0) {
            fillForm(exchange, parameters(new String(body, StandardCharsets.UTF_8)));
        }
        headers.putAll(request.pathVariables());
        headers.put(Exchange.HTTP_METHOD, request.method());
        headers.put(Exchange.HTTP_PATH, request.path());
    }

    private void fillForm(Exchange exchange, Map<String, List<String>> form) {
        admitAll(exchange, exchange.getIn().getHeaders(), form);
        if (formsAsBody) {
            Map<String, Object> body = new LinkedHashMap<>();
            form.forEach((name, values) -> values.forEach(value -> append(body, name, value)));
            exchange.getIn().setBody(body);
        }
    }

    private void admitAll(Exchange exchange, Map<String, Object> headers, Map<String, List<String>> parameters) {
        parameters.forEach((name, values) -> values.forEach(value -> admit(exchange, headers, name, value)));
    }

    private void admit(Exchange exchange, Map<String, Object> headers, String name, String value) {
        if (!filter.applyFilterToExternalHeaders(name, value, exchange) && crosses(name)) {
            append(headers, name, value);
        }
    }

    private static boolean crosses(String name) {
        return HeaderNames.isHarmless(name) && !HeaderNames.isFraming(name);
    }

    private static void append(Map<String, Object> target, String name, String value) {
        target.merge(name, value, (before, next) -> {
            List<Object> values =
                    before instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>(List.of(before));
            values.add(next);
            return values;
        });
    }

    private static Map<String, List<String>> parameters(String encoded) {
        return new QueryStringDecoder(encoded, StandardCharsets.UTF_8, false).parameters();
    }

    private static boolean isForm(IngressRequest request) {
        String type = request.header("Content-Type");
        return type != null && type.regionMatches(true, 0, "application/x-www-form-urlencoded", 0, 33);
    }

    /** The answer an ended exchange stands for; a failure that nothing handled is a problem document. */
    Reply reply(Exchange exchange) throws IOException {
        Exception failure = exchange.getException();
        if (failure != null) {
            return failed(failure);
        }
        Message message = exchange.getMessage();
        EventReply events = message.getBody() instanceof EventReply given ? given : null;
        byte[] body = events == null ? bytes(exchange, message.getBody()) : NOTHING;
        HttpHeaders headers = new DefaultHttpHeaders();
        message.getHeaders().forEach((name, value) -> {
            if (value != null && crosses(name) && !filter.applyFilterToCamelHeaders(name, value, exchange)) {
                headers.add(name, value instanceof Iterable<?> many ? many : List.of(value.toString()));
            }
        });
        if (events != null) {
            return new Reply(status(message, 1), headers, Buffer.buffer(), events);
        }
        int status = status(message, body.length);
        boolean bodiless = status == NO_CONTENT || status == NOT_MODIFIED;
        return new Reply(status, headers, Buffer.buffer(bodiless ? NOTHING : body));
    }

    private static int status(Message message, int length) {
        Integer chosen = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (chosen == null) {
            return length == 0 ? NO_CONTENT : OK;
        }
        if (chosen < OK || chosen > HIGHEST_STATUS) {
            throw new IllegalStateException(
                    Exchange.HTTP_RESPONSE_CODE + " is " + chosen + ": expected a status from 200 to 599");
        }
        return chosen;
    }

    private static Reply failed(Exception failure) {
        if (failure instanceof CapabilityException told) {
            return Reply.problem(told.code(), String.valueOf(told.getMessage()));
        }
        return Reply.problem(ErrorCode.INTERNAL_ERROR, "The route that serves this path failed; see the log.");
    }

    private static byte[] bytes(Exchange exchange, @Nullable Object body) throws IOException {
        if (body == null) {
            return NOTHING;
        }
        if (body instanceof byte[] raw) {
            return raw;
        }
        if (body instanceof JsonNode json) {
            return Json.bytes(json);
        }
        byte[] converted = exchange.getContext().getTypeConverter().convertTo(byte[].class, exchange, body);
        if (converted == null) {
            throw new TypeConversionException(body, byte[].class, null);
        }
        return converted;
    }
}
