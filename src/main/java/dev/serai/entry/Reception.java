package dev.serai.entry;

import dev.serai.access.Decision;
import dev.serai.access.RequestHead;
import dev.serai.invocation.ErrorCode;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a request's head decides: who serves it, or why nobody does.
 *
 * @param refusal the answer where it is refused; then the other two are {@code null}
 */
record Reception(
        @Nullable Reply refusal,
        @Nullable IngressConsumer consumer,
        @Nullable IngressRequest facts) {

    /** Done at once, unless finding out who calls takes time: then it ends on another thread. */
    static CompletableFuture<Reception> of(HttpIngress ingress, HttpServerRequest request) {
        String path = path(request);
        Reply closed = ingress.refusal(path);
        if (closed != null) {
            return CompletableFuture.completedFuture(new Reception(closed, null, null));
        }
        String method = request.method().name();
        PathTable.Found found;
        try {
            found = ingress.paths().find(method, path);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(invalid(
                    ingress, Reply.problem(ErrorCode.INVALID_ARGUMENTS, "The path is not valid percent-encoding.")));
        }
        IngressConsumer consumer = found.consumer();
        return ingress.gate()
                .decide(new Head(request, path, consumer == null ? null : consumer.path()))
                .thenApply(decision -> decide(ingress, request, found, decision));
    }

    private static Reception decide(
            HttpIngress ingress, HttpServerRequest request, PathTable.Found found, Decision decision) {
        if (decision instanceof Decision.Refused no) {
            Reply reply = Reply.problem(no.code(), no.status(), no.code().title(), no.detail());
            no.headers().forEach(reply::with);
            ingress.refusals().note(no.code());
            return new Reception(reply, null, null);
        }
        if (found.consumer() == null) {
            return unserved(ingress, request.method().name(), found);
        }
        if (!decodes(request.query())) {
            return invalid(
                    ingress, Reply.problem(ErrorCode.INVALID_ARGUMENTS, "The query is not valid percent-encoding."));
        }
        if (declaredLength(request) > ingress.options().maxBody()) {
            return new Reception(tooLarge(ingress), null, null);
        }
        Decision.Admitted admitted = decision instanceof Decision.Admitted known ? known : null;
        ingress.gate().credentialHeaders().forEach(request.headers()::remove);
        return new Reception(
                null,
                found.consumer(),
                new IngressRequest(
                        request.method().name(),
                        path(request),
                        request.query(),
                        request.headers(),
                        found.variables(),
                        admitted == null ? null : admitted.caller(),
                        admitted == null ? null : admitted.token(),
                        peerOf(request)));
    }

    private static String path(HttpServerRequest request) {
        return request.path() == null ? "/" : request.path();
    }

    /** What the gate sees of a request. */
    private record Head(
            HttpServerRequest request,
            String path,
            @Nullable String route) implements RequestHead {
        @Override
        public List<String> headers(String name) {
            return request.headers().getAll(name);
        }

        @Override
        public String peer() {
            return peerOf(request);
        }

        @Override
        public String toString() {
            return path;
        }
    }

    private static String peerOf(HttpServerRequest request) {
        SocketAddress address = request.remoteAddress();
        String host = address == null ? null : address.hostAddress();
        return host == null ? "unknown" : host;
    }

    private static boolean decodes(@Nullable String query) {
        if (query == null) {
            return true;
        }
        try {
            var unused = new QueryStringDecoder(query, StandardCharsets.UTF_8, false).parameters();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static Reply tooLarge(HttpIngress ingress) {
        ingress.refusals().note(ErrorCode.PAYLOAD_TOO_LARGE);
        return Reply.problem(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "The body is larger than " + ingress.options().maxBody() + " bytes.");
    }

    static Reply busy(String detail) {
        return Reply.problem(ErrorCode.TOO_MANY_REQUESTS, detail).with("Retry-After", "1");
    }

    private static Reception invalid(HttpIngress ingress, Reply refusal) {
        ingress.refusals().note(ErrorCode.INVALID_ARGUMENTS);
        return new Reception(refusal, null, null);
    }

    private static Reception unserved(HttpIngress ingress, String method, PathTable.Found found) {
        if (found.allowed().isEmpty()) {
            return invalid(
                    ingress,
                    Reply.problem(ErrorCode.INVALID_ARGUMENTS, 404, "Not found", "Nothing is served at this path."));
        }
        String allow = String.join(", ", found.allowed());
        if (method.equals("OPTIONS")) {
            return new Reception(Reply.empty(204).with("Allow", allow + ", OPTIONS"), null, null);
        }
        return invalid(
                ingress,
                Reply.problem(ErrorCode.INVALID_ARGUMENTS, 405, "Method not allowed", "Expected one of " + allow + ".")
                        .with("Allow", allow));
    }

    /** -1 where the head does not say; netty has refused what is not a number. */
    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? -1 : Long.parseLong(length.trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
