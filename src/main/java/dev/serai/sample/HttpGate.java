package dev.serai.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;

/** The transport of the sample server: what must hold before a message is looked at. */
final class HttpGate implements Handler<HttpServerRequest> {
    static final String PATH = "/mcp";

    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;
    private static final int PARSE_ERROR = -32700;
    private static final int SERVER_ERROR = -32000;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Dials dials;
    private final Counters counters;
    private final RequestLog log;
    private final RpcEndpoint endpoint;

    HttpGate(Dials dials, Counters counters, RequestLog log, RpcEndpoint endpoint) {
        this.dials = dials;
        this.counters = counters;
        this.log = log;
        this.endpoint = endpoint;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_BODY_BYTES) {
                request.handler(null).endHandler(null);
                reply(request).header("Connection", "close").status(413);
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> received(request, body));
    }

    private void received(HttpServerRequest request, Buffer body) {
        log.add(request, body);
        Reply reply = reply(request);
        URI redirect = dials.redirect();
        if (redirect != null) {
            reply.header("Location", redirect.toString()).status(307);
        } else if (!request.path().equals(PATH)) {
            reply.body(404, "text/html", "<html><body>Cannot " + request.method() + "</body></html>");
        } else if (!isAuthorized(request)) {
            counters.refused.increment();
            reply.header("WWW-Authenticate", dials.challenge())
                    .body(dials.refusalStatus(), "text/plain", "Unauthorized");
        } else {
            admitted(request, reply, body);
        }
    }

    private void admitted(HttpServerRequest request, Reply reply, Buffer body) {
        switch (request.method().name()) {
            case "POST" -> post(request, reply, body);
            case "DELETE" -> endpoint.delete(request, reply);
            default -> reply.header("Allow", "POST, DELETE").status(405);
        }
    }

    private void post(HttpServerRequest request, Reply reply, Buffer body) {
        String accept = header(request, HttpHeaders.ACCEPT);
        if (!accept.contains("application/json") || !accept.contains("text/event-stream")) {
            reply.rpcError(
                    406,
                    null,
                    SERVER_ERROR,
                    "Not Acceptable: Client must accept both application/json and text/event-stream");
        } else if (!header(request, HttpHeaders.CONTENT_TYPE).startsWith("application/json")) {
            reply.rpcError(415, null, SERVER_ERROR, "Unsupported Media Type: Content-Type must be application/json");
        } else {
            parsed(request, reply, body);
        }
    }

    private void parsed(HttpServerRequest request, Reply reply, Buffer body) {
        JsonNode message;
        try {
            message = MAPPER.readTree(body.getBytes());
        } catch (IOException e) {
            reply.rpcError(400, null, PARSE_ERROR, "Parse error");
            return;
        }
        endpoint.message(request, reply, message);
    }

    private boolean isAuthorized(HttpServerRequest request) {
        String token = dials.bearerToken();
        return token == null || ("Bearer " + token).equals(request.getHeader(HttpHeaders.AUTHORIZATION));
    }

    private Reply reply(HttpServerRequest request) {
        return new Reply(request, dials.extraResponseHeaders());
    }

    private static String header(HttpServerRequest request, CharSequence name) {
        String value = request.getHeader(name);
        return value == null ? "" : value.toLowerCase(Locale.ROOT);
    }
}
