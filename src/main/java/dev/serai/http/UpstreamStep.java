package dev.serai.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.credential.Credential;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.trace.TraceContext;
import io.netty.util.HashedWheelTimer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP step behind {@code direct:call-upstream}. In: the body and the HTTP headers that the
 * provider route set, {@code CamelHttpMethod} (POST without it), {@code CamelHttpPath} (appended to
 * the server's URL) and {@code CamelHttpQuery}. A tree or a map goes out as JSON. Target, credential and deadline come from the
 * declaration. Out: {@code CamelHttpResponseCode}, the answer's headers that may pass, and the body:
 * an {@link InputStream} for an event stream, else the bytes. An answer that is not 2xx is an
 * {@link UpstreamStatusException}. A request is sent once and is never repeated here.
 */
public final class UpstreamStep implements Processor, AutoCloseable {
    static final String GUARD = "SeraiCallGuard";

    private final HashedWheelTimer timers;
    private final UpstreamProducers producers;
    private final UpstreamAnswer answers;
    private final UpstreamHeaders filter = new UpstreamHeaders();

    public UpstreamStep(org.apache.camel.CamelContext context, HashedWheelTimer timers, UpstreamLimits limits)
            throws Exception {
        this.timers = timers;
        this.producers = new UpstreamProducers(context);
        this.answers = new UpstreamAnswer(limits.maxBody());
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call == null) {
            throw new IllegalStateException("direct:call-upstream serves provider routes only");
        }
        if (call.serverUrl().isEmpty()) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE,
                    "the declaration names no server: add " + call.capability().provider() + "_server_url");
        }
        Exchange request = request(exchange, call);
        CallGuard guard = new CallGuard(timers, call);
        boolean open = false;
        try {
            request.setProperty(GUARD, guard);
            producer(exchange.getMessage(), request.getIn(), call).process(request);
            if (request.getException() != null) {
                throw request.getException();
            }
            open = answers.read(request, exchange, call, guard);
        } catch (IOException e) {
            throw guard.expired() ? timeout(e) : Unreachable.because(call, e);
        } finally {
            if (!open) {
                guard.close();
            }
        }
    }

    private Exchange request(Exchange exchange, UpstreamCall call) throws IOException {
        Message from = exchange.getMessage();
        Exchange request = DefaultExchange.newFromEndpoint(exchange.getFromEndpoint());
        request.setProperty(UpstreamCall.PROPERTY, call);
        Message to = request.getIn();
        for (Map.Entry<String, Object> header : from.getHeaders().entrySet()) {
            if (!filter.applyFilterToCamelHeaders(header.getKey(), header.getValue(), exchange)) {
                to.setHeader(header.getKey(), header.getValue());
            }
        }
        Credential credential = call.credential();
        @Nullable String name = credential.headerName();
        if (name != null) {
            to.setHeader(name, credential.headerValue());
        }
        TraceContext trace = call.span().context();
        if (trace != null) {
            to.setHeader(TraceContext.PARENT, trace.parent());
            to.setHeader(TraceContext.STATE, trace.state());
        }
        setBody(from, to);
        return request;
    }

    /** The common request has a producer of its own; for any other the target goes with the request. */
    private AsyncProducer producer(Message from, Message to, UpstreamCall call) throws Exception {
        String method = from.getHeader(Exchange.HTTP_METHOD, "POST", String.class);
        String path = from.getHeader(Exchange.HTTP_PATH, "", String.class);
        String query = from.getHeader(Exchange.HTTP_QUERY, "", String.class);
        String secret = Targets.parameter(call.credential());
        if ("POST".equals(method) && path.isEmpty() && query.isEmpty() && secret == null) {
            AsyncProducer own = producers.post(call.serverUrl());
            if (own != null) {
                return own;
            }
        }
        to.setHeader(Exchange.HTTP_METHOD, method);
        to.setHeader(Exchange.HTTP_URI, Targets.join(call.serverUrl(), path));
        String joined = Targets.query(call.serverUrl(), query, secret);
        if (!joined.isEmpty()) {
            to.setHeader(Exchange.HTTP_QUERY, joined);
        }
        return producers.anyTarget();
    }

    /** A tree or a map goes out as JSON. */
    private static void setBody(Message from, Message to) throws IOException {
        Object body = from.getBody();
        if (body instanceof JsonNode || body instanceof Map<?, ?>) {
            to.setBody(Json.MAPPER.writeValueAsBytes(body));
            if (to.getHeader(Exchange.CONTENT_TYPE) == null) {
                to.setHeader(Exchange.CONTENT_TYPE, "application/json");
            }
        } else {
            to.setBody(body == null || body instanceof byte[] ? body : from.getBody(byte[].class));
        }
    }

    private static CapabilityException timeout(IOException cause) {
        return new CapabilityException(ErrorCode.TIMEOUT, "the upstream did not answer before the deadline", cause);
    }

    @Override
    public void close() {
        producers.stop();
    }
}
