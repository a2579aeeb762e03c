package dev.serai.grpc;

import dev.serai.http.Http2Link;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.StreamResetException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call: a message out, messages back (gRPC over HTTP/2). Its taker is told on the link's event loop; of the end it is told
 * once.
 */
final class Rpc {
    private static final long CANCEL = 8;
    private static final long CLOSE_NANOS = 50_000_000;
    /** The protocol takes eight digits. */
    private static final long MOST = 99_999_999;

    private final Http2Link link;
    private final UpstreamCall call;
    private final Taker taker;
    private final Frames frames;
    private volatile @Nullable CompletableFuture<HttpClientRequest> opened;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private boolean over;

    /** Who takes what a call gives; must not block. */
    interface Taker {
        void took(byte[] message);

        void ended(Ending ending);
    }

    /**
     * Not begun yet.
     *
     * @param longest message that is taken, in bytes
     */
    Rpc(Http2Link link, UpstreamCall call, int longest, Taker taker) {
        this.link = link;
        this.call = call;
        this.taker = taker;
        this.frames = new Frames(longest);
    }

    /**
     * Sends the message; never blocks. To be called once.
     *
     * @param method as {@code package.Service/Method}
     * @param metadata the declaration's and the credential's
     */
    void begin(String method, Map<String, String> metadata, byte[] message) {
        MultiMap headers = HttpHeaders.headers();
        metadata.forEach(headers::set);
        headers.set("te", "trailers")
                .set("content-type", "application/grpc+proto")
                .set("user-agent", "serai")
                .set("grpc-timeout", timeout(call.deadlineNanos() - System.nanoTime()));
        CompletableFuture<HttpClientRequest> opening = link.open(call, "/" + method, headers);
        opened = opening;
        var unused = opening.whenComplete((request, failure) -> {
            if (request != null) {
                send(request, Frames.frame(message));
            } else {
                end(Ending.failed(told(failure)));
            }
        });
    }

    private static CapabilityException told(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof CapabilityException known
                ? known
                : new CapabilityException(ErrorCode.TIMEOUT, "the call was given up", cause);
    }

    /** The time left, in the finest unit that it fits (gRPC over HTTP/2, Timeout). */
    static String timeout(long nanos) {
        long micros = TimeUnit.NANOSECONDS.toMicros(Math.max(1_000, nanos));
        if (micros <= MOST) {
            return micros + "u";
        }
        long millis = TimeUnit.MICROSECONDS.toMillis(micros);
        return millis <= MOST ? millis + "m" : Math.min(MOST, TimeUnit.MILLISECONDS.toSeconds(millis)) + "S";
    }

    private void send(HttpClientRequest sent, Buffer frame) {
        request = sent;
        if (over) {
            sent.exceptionHandler(nobody -> {}).reset(CANCEL);
            return;
        }
        sent.exceptionHandler(this::broken);
        sent.response().onComplete(head -> {
            if (head.succeeded()) {
                answered(head.result());
            } else {
                broken(head.cause());
            }
        });
        var unused = sent.end(frame);
    }

    private void answered(HttpClientResponse head) {
        response = head;
        head.exceptionHandler(this::broken);
        String type = head.getHeader("content-type");
        boolean said = head.getHeader(Ending.STATUS) != null;
        if (!said && head.statusCode() != 200) {
            end(Ending.of(Status.ofHttp(head.statusCode()), "the upstream answered " + head.statusCode()));
            cut();
        } else if (!said && (type == null || !type.startsWith("application/grpc"))) {
            end(Ending.protocolError("the answer is not of gRPC: its type is not application/grpc"));
            cut();
        } else {
            head.handler(this::received);
            head.endHandler(end -> end(
                    frames.isAmidst()
                            ? Ending.protocolError("the answer ended within a message")
                            : Ending.of(said ? head.headers() : head.trailers())));
        }
    }

    private void received(Buffer bytes) {
        if (over) {
            return;
        }
        try {
            frames.give(bytes);
            for (byte[] message = frames.next(); message != null && !over; message = frames.next()) {
                taker.took(message);
            }
        } catch (CapabilityException e) {
            end(Ending.failed(e));
            cut();
        }
    }

    private void broken(Throwable why) {
        HttpClientRequest sent = request;
        if (why instanceof StreamResetException reset && reset.getCode() == CANCEL && isDue()) {
            end(Ending.of(Status.DEADLINE_EXCEEDED, "the upstream ended the call at its deadline"));
        } else if (why instanceof StreamResetException reset && Status.ofReset(reset.getCode()) != Status.UNAVAILABLE) {
            end(Ending.of(Status.ofReset(reset.getCode()), "the upstream reset the stream (" + reset.getCode() + ")"));
        } else if (sent != null) {
            end(Ending.failed(Http2Link.failure(call, sent, response != null, why)));
        }
    }

    /** Both sides know the deadline, and the server may be the first to act. */
    private boolean isDue() {
        return call.deadlineNanos() - System.nanoTime() < CLOSE_NANOS;
    }

    private void end(Ending ending) {
        if (!over) {
            over = true;
            taker.ended(ending);
        }
    }

    private void cut() {
        if (request != null) {
            request.reset(CANCEL);
        }
    }

    /** Ends it at its server, too; to be called on the loop. Its taker hears nothing more. */
    void cancelHere() {
        over = true;
        CompletableFuture<HttpClientRequest> opening = opened;
        if (opening != null && !opening.cancel(false)) {
            cut();
        }
    }

    /** Takes nothing more from the connection for now; to be called on the loop. */
    void pause() {
        if (response != null) {
            response.pause();
        }
    }

    /** Goes on; to be called on the loop. */
    void resume() {
        if (response != null) {
            response.resume();
        }
    }
}
