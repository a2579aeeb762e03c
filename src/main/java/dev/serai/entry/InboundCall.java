package dev.serai.entry;

import dev.serai.invocation.CallLabel;
import dev.serai.invocation.ErrorCode;
import dev.serai.lifecycle.HangUp;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One request from its head to its answer. Reads the body on the event loop, runs the route there too if nothing in
 * it blocks, else on the request threads, writes the answer on the event loop again. What it holds of the admission it gives
 * back exactly once, when the answer is written or the client is gone and the route has ended.
 */
final class InboundCall {
    private static final byte[] NOTHING = new byte[0];
    /** A comment, which clients pass over. */
    private static final byte[] ALIVE = {':', '\n', '\n'};
    /** A refused body is read on up to this many times the limit, so that the client gets to see the refusal. */
    private static final int DRAIN_FACTOR = 4;
    /** Bytes; to parse more holds the other calls of the event loop up. */
    private static final int QUICK = 64 * 1024;

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
    private final Lane lane;
    private final Admission admission;
    private boolean answered;
    private boolean closing;
    private boolean running;
    private boolean gone;
    private @Nullable EventReply events;
    private final HangUp hangUp = new HangUp();

    InboundCall(HttpIngress ingress, ConnectionWatch watch, HttpServerRequest request) {
        this.ingress = ingress;
        this.watch = watch;
        this.request = request;
        this.maxBody = ingress.options().maxBody();
        this.lane = ingress.lane(request.path());
        this.admission = lane.admission();
    }

    void begin() {
        watch.reading(request.connection(), this);
        request.exceptionHandler(broken -> request.connection().close());
        request.handler(this::received);
        request.endHandler(end -> whole());
        CompletableFuture<Reception> reception = Reception.of(ingress, request);
        if (reception.isDone()) {
            receive(reception.join());
            return;
        }
        // Nothing of the body is read before it is known who calls.
        request.pause();
        Context loop = Vertx.currentContext();
        var unused = reception.thenAccept(decided -> loop.runOnContext(nothing -> {
            if (!gone) {
                receive(decided);
                request.resume();
            }
        }));
    }

    private void receive(Reception reception) {
        if (answered) {
            return;
        }
        consumer = reception.consumer();
        facts = reception.facts();
        if (reception.refusal() != null) {
            answer(reception.refusal());
        } else if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
    }

    private void received(Buffer chunk) {
        received += chunk.length();
        if (answered) {
            if (received > (long) maxBody * DRAIN_FACTOR) {
                request.connection().close();
            }
        } else if (received > maxBody) {
            answer(Reception.tooLarge(ingress));
        } else if (!admission.tryBuffer(chunk.length())) {
            answer(Reception.busy("The bodies of the requests in progress are too large together."));
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
        Reply closed = ingress.refusal(Objects.requireNonNull(facts).path());
        if (closed != null) {
            answer(closed);
            return;
        }
        if (!admission.tryEnter()) {
            answer(Reception.busy("There are already " + admission.maxRequests() + " requests in progress."));
            return;
        }
        admitted = true;
        byte[] bytes = body == null ? NOTHING : body.getBytes();
        body = null;
        running = true;
        watch.running(request.connection(), this);
        Context loop = Vertx.currentContext();
        if (bytes.length <= QUICK && Objects.requireNonNull(consumer).isNonBlocking()) {
            run(loop, bytes);
            return;
        }
        try {
            lane.threads().execute(() -> run(loop, bytes));
        } catch (RejectedExecutionException e) {
            running = false;
            answer(Reply.shuttingDown());
        }
    }

    private void run(Context loop, byte[] bytes) {
        IngressConsumer target = Objects.requireNonNull(consumer);
        IngressRequest head = Objects.requireNonNull(facts);
        try {
            target.process(head, bytes, hangUp, reply -> deliver(loop, reply));
        } catch (RuntimeException | Error e) {
            deliver(loop, Reply.problem(ErrorCode.INTERNAL_ERROR, "The route broke; see the log."));
            throw e;
        } finally {
            CallLabel.set(null);
        }
    }

    private void deliver(Context loop, Reply reply) {
        if (Vertx.currentContext() == loop) {
            finish(reply);
            return;
        }
        try {
            loop.runOnContext(nothing -> finish(reply));
        } catch (RejectedExecutionException e) {
            // The gateway has ended: the request was given up, and answered, before.
        }
    }

    private void finish(Reply reply) {
        if (!running) {
            return;
        }
        running = false;
        if (gone || answered) {
            leave();
            if (reply.events() != null) {
                reply.events().wentAway();
            }
        } else if (reply.events() != null) {
            stream(reply, reply.events());
        } else {
            answer(reply);
        }
    }

    /** The connection is closed; a route at work is told to stop, and keeps its place until it ends. */
    void disconnected() {
        gone = true;
        if (running) {
            hangUp.happened();
        } else {
            leave();
        }
        if (events != null) {
            events.wentAway();
        }
    }

    /** The gateway ends before the route does. */
    void abandon() {
        if (events != null) {
            events.close();
        } else if (!answered) {
            ingress.noteAbandoned();
            answer(Reply.shuttingDown());
        }
    }

    void bodyTooSlow() {
        if (!answered) {
            long limit = ingress.options().bodyTimeout().toMillis();
            ingress.refusals().note(ErrorCode.TIMEOUT);
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
        if (ingress.isDraining()) {
            reply.with("Connection", "close");
        }
        closing = reply.headers().contains(HttpHeaders.CONNECTION);
        boolean whole = request.isEnded();
        if (whole) {
            // Before the write: a pipelined request begins inside it.
            watch.waiting(request.connection());
        }
        reply.writeTo(request).onComplete(written -> leave());
        if (whole && closing) {
            request.connection().close();
        }
    }

    private void stream(Reply reply, EventReply stream) {
        answered = true;
        closing = ingress.isDraining();
        if (closing) {
            reply.with("Connection", "close");
        }
        HttpServerResponse response = request.response();
        reply.writeHead(response);
        if (request.method().equals(HttpMethod.HEAD)) {
            over(response);
            stream.wentAway();
            return;
        }
        response.setChunked(true);
        response.writeHead();
        events = stream;
        if (stream.isBackground()) {
            leave();
        }
        HttpConnection connection = request.connection();
        watch.streaming(connection, this);
        stream.attach(
                Vertx.currentContext(),
                response,
                () -> watch.stalled(connection, this),
                () -> watch.streaming(connection, this),
                () -> over(response));
        if (closing && stream.isBackground()) {
            stream.close();
        }
    }

    private void over(HttpServerResponse response) {
        events = null;
        watch.waiting(request.connection());
        response.end().onComplete(written -> leave());
        if (closing || ingress.isDraining()) {
            request.connection().close();
        }
    }

    /** The gateway stops: what stands for no work does not hold it up. */
    void endBackground() {
        if (events != null && events.isBackground()) {
            events.close();
        }
    }

    void keepAlive() {
        if (events != null) {
            var unused = events.send(ALIVE);
        }
    }

    /** The rest of a request that is answered already has arrived. */
    private void drained() {
        watch.waiting(request.connection());
        if (closing) {
            request.connection().close();
        }
    }

    private void leave() {
        admission.unbuffer(buffered);
        buffered = 0;
        if (admitted) {
            admitted = false;
            admission.leave();
        }
    }
}
