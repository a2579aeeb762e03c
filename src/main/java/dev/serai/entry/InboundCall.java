package dev.serai.entry;

import dev.serai.invocation.ErrorCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One request from its head to its answer. Reads the body on the event loop, runs the route on the
 * request threads, writes the answer on the event loop again. What it holds of the admission it gives
 * back exactly once, when the answer is written or the client is gone and the route has ended.
 */
final class InboundCall {
    private static final byte[] NOTHING = new byte[0];
    /** A refused body is read on up to this many times the limit, so that the client gets to see the refusal. */
    private static final int DRAIN_FACTOR = 4;

    private final HttpIngress ingress;
    private final ConnectionWatch watch;
    private final HttpServerRequest request;
    private final int maxBody;
    private @Nullable IngressConsumer consumer;
    private @Nullable IngressRequest facts;
    private @Nullable Buffer body;
    private long received;
    private int buffered;
    private boolean admitted;
    private boolean answered;
    private boolean closing;
    private boolean running;
    private boolean gone;

    InboundCall(HttpIngress ingress, ConnectionWatch watch, HttpServerRequest request) {
        this.ingress = ingress;
        this.watch = watch;
        this.request = request;
        this.maxBody = ingress.options().maxBody();
    }

    void begin() {
        watch.reading(request.connection(), this);
        request.exceptionHandler(broken -> request.connection().close());
        Reply refusal = refusal();
        if (refusal != null) {
            answer(refusal);
        }
        request.handler(this::received);
        request.endHandler(end -> whole());
        if (refusal == null && "100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
    }

    private @Nullable Reply refusal() {
        Reply closing = ingress.refusal();
        if (closing != null) {
            return closing.with("Connection", "close");
        }
        Reply misplaced = resolve();
        if (misplaced != null) {
            return misplaced;
        }
        if (declaredLength() > maxBody) {
            return tooLarge(maxBody);
        }
        if (!ingress.admission().tryEnter()) {
            return busy("There are already " + ingress.options().maxConcurrent() + " requests in progress.");
        }
        admitted = true;
        return null;
    }

    /** Finds the consumer; answers what needs none. */
    private @Nullable Reply resolve() {
        String path = request.path();
        String method = request.method().name();
        PathTable.Found found;
        try {
            found = ingress.paths().find(method, path == null ? "/" : path);
        } catch (IllegalArgumentException e) {
            return Reply.problem(ErrorCode.INVALID_ARGUMENTS, "The path is not valid percent-encoding.");
        }
        if (found.consumer() == null) {
            return unserved(method, found);
        }
        consumer = found.consumer();
        facts = new IngressRequest(method, path, request.query(), request.headers(), found.variables());
        return null;
    }

    private static Reply unserved(String method, PathTable.Found found) {
        if (found.allowed().isEmpty()) {
            return Reply.problem(ErrorCode.INVALID_ARGUMENTS, 404, "Not found", "Nothing is served at this path.");
        }
        String allow = String.join(", ", found.allowed());
        if (method.equals("OPTIONS")) {
            return Reply.empty(204).with("Allow", allow + ", OPTIONS");
        }
        return Reply.problem(ErrorCode.INVALID_ARGUMENTS, 405, "Method not allowed", "Expected one of " + allow + ".")
                .with("Allow", allow);
    }

    /** -1 where the head does not say; netty has refused what is not a number. */
    private long declaredLength() {
        String length = request.getHeader("Content-Length");
        if (length == null) {
            return -1;
        }
        try {
            return Long.parseLong(length.trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void received(Buffer chunk) {
        received += chunk.length();
        if (answered) {
            if (received > (long) maxBody * DRAIN_FACTOR) {
                request.connection().close();
            }
        } else if (received > maxBody) {
            answer(tooLarge(maxBody));
        } else if (!ingress.admission().tryBuffer(chunk.length())) {
            answer(busy("The bodies of the requests in progress are too large together."));
        } else {
            buffered += chunk.length();
            body = body == null ? chunk : body.appendBuffer(chunk);
        }
    }

    private void whole() {
        if (answered) {
            drained();
            return;
        }
        byte[] bytes = body == null ? NOTHING : body.getBytes();
        body = null;
        running = true;
        watch.running(request.connection(), this);
        Context loop = Vertx.currentContext();
        try {
            ingress.threads().execute(() -> run(loop, bytes));
        } catch (RejectedExecutionException e) {
            running = false;
            answer(Reply.problem(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down."));
        }
    }

    private void run(Context loop, byte[] bytes) {
        IngressConsumer target = Objects.requireNonNull(consumer);
        IngressRequest head = Objects.requireNonNull(facts);
        try {
            target.process(head, bytes, reply -> loop.runOnContext(nothing -> finish(reply)));
        } catch (RuntimeException | Error e) {
            loop.runOnContext(
                    nothing -> finish(Reply.problem(ErrorCode.INTERNAL_ERROR, "The route broke; see the log.")));
            throw e;
        }
    }

    private void finish(Reply reply) {
        if (!running) {
            return;
        }
        running = false;
        if (gone) {
            leave();
        } else {
            answer(reply);
        }
    }

    /** The connection is closed; a route at work keeps its place until it ends. */
    void disconnected() {
        gone = true;
        if (!running) {
            leave();
        }
    }

    void bodyTooSlow() {
        if (!answered) {
            long limit = ingress.options().bodyTimeout().toMillis();
            answer(Reply.problem(
                            ErrorCode.TIMEOUT,
                            408,
                            "Request timeout",
                            "The body did not arrive within " + limit + " ms.")
                    .with("Connection", "close"));
        }
        request.connection().close();
    }

    private void answer(Reply reply) {
        answered = true;
        body = null;
        closing = reply.headers().contains(HttpHeaders.CONNECTION);
        boolean whole = request.isEnded();
        if (whole) {
            // Before the write: a pipelined request begins inside it.
            watch.waiting(request.connection());
        }
        write(request, reply).onComplete(written -> leave());
        if (whole && closing) {
            request.connection().close();
        }
    }

    /** The rest of a request that is answered already has arrived. */
    private void drained() {
        watch.waiting(request.connection());
        if (closing) {
            request.connection().close();
        }
    }

    static Future<Void> write(HttpServerRequest request, Reply reply) {
        HttpServerResponse response = request.response();
        response.setStatusCode(reply.status());
        for (Map.Entry<String, String> header : reply.headers()) {
            response.headers().add(header.getKey(), header.getValue());
        }
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader(
                    HttpHeaders.CONTENT_LENGTH, Integer.toString(reply.body().length()));
            return response.end();
        }
        return reply.body().length() == 0 ? response.end() : response.end(reply.body());
    }

    private static Reply tooLarge(int limit) {
        return Reply.problem(ErrorCode.PAYLOAD_TOO_LARGE, "The body is larger than " + limit + " bytes.");
    }

    private static Reply busy(String detail) {
        return Reply.problem(ErrorCode.TOO_MANY_REQUESTS, detail).with("Retry-After", "1");
    }

    private void leave() {
        if (admitted) {
            admitted = false;
            ingress.admission().leave(buffered);
        }
    }
}
