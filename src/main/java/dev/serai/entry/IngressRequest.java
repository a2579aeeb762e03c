package dev.serai.entry;

import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerToken;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What an entry may ask about the HTTP request. It is kept beside the exchange's headers, so that
 * nothing the caller sent becomes one by itself. Header names ignore case; no text form shows a value.
 */
public final class IngressRequest {
    /** The exchange property that holds it. */
    static final String PROPERTY = "SeraiIngressRequest";

    private final String method;
    private final String path;
    private final @Nullable String query;
    private final MultiMap headers;
    private final Map<String, String> pathVariables;
    private final @Nullable Caller caller;
    private final @Nullable CallerToken token;
    private final String client;
    private final long arrivedNanos = System.nanoTime();

    IngressRequest(
            String method,
            String path,
            @Nullable String query,
            MultiMap headers,
            Map<String, String> pathVariables,
            @Nullable Caller caller,
            @Nullable CallerToken token,
            String client) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.pathVariables = pathVariables;
        this.caller = caller;
        this.token = token;
        this.client = client;
    }

    /** Takes the request off the exchange, so that no later step carries what the caller sent. */
    public static IngressRequest takenFrom(Exchange exchange) {
        Object taken = exchange.removeProperty(PROPERTY);
        if (taken instanceof IngressRequest request) {
            return request;
        }
        throw new IllegalStateException("this step must come first in a route from platform-http:");
    }

    /** The address it came from. */
    public String client() {
        return client;
    }

    public String method() {
        return method;
    }

    /** {@link System#nanoTime()} when its head was there. */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** As sent: not decoded. */
    String path() {
        return path;
    }

    /** As sent, without the question mark. */
    @Nullable
    String query() {
        return query;
    }

    public Map<String, String> pathVariables() {
        return pathVariables;
    }

    /** Who sent it; {@code null} where nobody was asked. */
    public @Nullable Caller caller() {
        return caller;
    }

    /** The token with which the caller came, where it is one of an issuer. */
    public @Nullable CallerToken token() {
        return token;
    }

    public @Nullable String header(String name) {
        return headers.get(name);
    }

    public List<String> headers(String name) {
        return headers.getAll(name);
    }

    MultiMap allHeaders() {
        return headers;
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
