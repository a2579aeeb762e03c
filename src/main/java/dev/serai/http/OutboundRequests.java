package dev.serai.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.credential.Credential;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.trace.TraceContext;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;

/** Makes the request of an HTTP step from what the provider's route left on the message and the declaration says. */
final class OutboundRequests {
    private static final int MAX_TARGETS = 1_000;
    private static final byte[] NOTHING = {};

    private final UpstreamHeaders filter = new UpstreamHeaders();
    private final Duration connectTimeout;
    private final UpstreamNetworks networks;
    /** Of the common request, which goes to the declared URL itself. */
    private final ConcurrentHashMap<String, Target> declared = new ConcurrentHashMap<>();

    OutboundRequests(UpstreamClient client) {
        this.connectTimeout = client.limits().connectTimeout();
        this.networks = client.networks();
    }

    /** @throws CapabilityException {@code internal_error} where the route asks for what cannot be sent */
    Outbound make(Exchange exchange, UpstreamCall call) throws IOException {
        Message from = exchange.getMessage();
        try {
            HttpMethod method = method(from.getHeader(Exchange.HTTP_METHOD, "POST", String.class));
            Target target = target(from, call);
            MultiMap headers = headers(exchange, from, call);
            boolean withBody =
                    hasBody(method) || (method.equals(HttpMethod.DELETE) && headers.contains("Content-Type"));
            byte[] body = withBody ? body(from, headers) : NOTHING;
            if (withBody) {
                headers.set("Content-Length", Integer.toString(body.length));
            }
            return new Outbound(
                    method, target, headers, Buffer.buffer(body), connectTimeout(call), network(call), null);
        } catch (IllegalArgumentException e) {
            // Its message can quote a header's value.
            throw new CapabilityException(
                    ErrorCode.INTERNAL_ERROR,
                    "the provider's route asks for a request that is not valid HTTP: see its path, query and headers",
                    e);
        }
    }

    private static HttpMethod method(String name) {
        return "POST".equals(name) ? HttpMethod.POST : HttpMethod.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static boolean hasBody(HttpMethod method) {
        return method.equals(HttpMethod.POST) || method.equals(HttpMethod.PUT) || method.equals(HttpMethod.PATCH);
    }

    private Target target(Message from, UpstreamCall call) {
        String path = from.getHeader(Exchange.HTTP_PATH, "", String.class);
        String query = from.getHeader(Exchange.HTTP_QUERY, "", String.class);
        String secret = Targets.parameter(call.outgoing());
        if (path.isEmpty() && query.isEmpty() && secret == null) {
            return declared(call.serverUrl());
        }
        String joined = Targets.query(call.serverUrl(), query, secret);
        return Target.of(Targets.join(call.serverUrl(), path) + (joined.isEmpty() ? "" : "?" + joined));
    }

    private Target declared(String url) {
        Target known = declared.get(url);
        if (known == null) {
            known = Target.of(url);
            if (declared.size() < MAX_TARGETS) {
                declared.put(url, known);
            }
        }
        return known;
    }

    private MultiMap headers(Exchange exchange, Message from, UpstreamCall call) {
        // This kind refuses what is no header. The client would, too, but with a connection in its hands.
        MultiMap headers = HttpHeaders.headers();
        for (Map.Entry<String, Object> header : from.getHeaders().entrySet()) {
            Object value = header.getValue();
            if (value != null && !filter.applyFilterToCamelHeaders(header.getKey(), value, exchange)) {
                if (value instanceof Iterable<?> many) {
                    many.forEach(each -> headers.add(header.getKey(), String.valueOf(each)));
                } else {
                    headers.add(header.getKey(), value.toString());
                }
            }
        }
        Credential credential = call.outgoing();
        String name = credential.headerName();
        if (name != null && credential.headerValue() != null) {
            headers.set(name, credential.headerValue());
        }
        TraceContext trace = call.span().context();
        if (trace != null) {
            headers.set(TraceContext.PARENT, trace.parent());
            if (trace.state() != null && !trace.state().isEmpty()) {
                headers.set(TraceContext.STATE, trace.state());
            }
        }
        return headers;
    }

    /** A tree or a map goes out as JSON. */
    private static byte[] body(Message from, MultiMap headers) throws IOException {
        Object body = from.getBody();
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if ((body instanceof JsonNode || body instanceof Map<?, ?>) && !(body instanceof StreamCache)) {
            if (!headers.contains(Exchange.CONTENT_TYPE)) {
                headers.set(Exchange.CONTENT_TYPE, "application/json");
            }
            return Json.MAPPER.writeValueAsBytes(body);
        }
        byte[] converted = body == null ? null : from.getBody(byte[].class);
        return converted == null ? NOTHING : converted;
    }

    /** @throws CapabilityException {@code upstream_unavailable} where the declaration names one that is not listed */
    UpstreamNetwork network(UpstreamCall call) {
        return networks.of(call.capability());
    }

    /** A declaration's own limit for making a connection goes first. */
    Duration connectTimeout(UpstreamCall call) {
        Duration own = ConnectTimeout.declared(call.capability());
        return own == null ? connectTimeout : own;
    }
}
