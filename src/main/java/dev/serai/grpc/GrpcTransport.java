package dev.serai.grpc;

import dev.serai.http.Http2Link;
import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalRequest;
import dev.serai.http.Transport;
import dev.serai.http.TransportHttp;
import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamNetworks;
import dev.serai.http.UpstreamUnreachableException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * gRPC servers, each behind what looks like a server that speaks JSON over HTTP: PUT opens a connection of its own, whose id
 * leads to it and is unknown (404) once it has ended, POST calls the declared method, GET asks how the server is, and
 * DELETE closes the connection. Calls without an id share the connections to their server.
 */
final class GrpcTransport implements Transport {
    /** The request header with the id; the protocol keeps names that begin so for itself. */
    static final String CHANNEL = "grpc-channel";

    /** Arguments in bytes; to turn more into a message would hold the other calls of the event loop up. */
    private static final int QUICK = 64 * 1024;

    private final TransportHttp http;
    private final Methods methods;
    private final Channels channels;
    private final ConcurrentHashMap<Server, Http2Link> shared = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** As many as declarations name. */
    private record Server(String url, @Nullable String network) {}

    GrpcTransport(TransportHttp http) {
        this.http = http;
        this.methods = new Methods(http);
        this.channels = new Channels(http);
    }

    /** Makes it when the first call needs it. */
    public static final class Factory implements Transport.Factory {
        @Override
        public String name() {
            return "grpc";
        }

        @Override
        public String provider() {
            return "grpc";
        }

        @Override
        public Transport create(TransportHttp http) {
            return new GrpcTransport(http);
        }
    }

    @Override
    public CompletableFuture<LocalAnswer> send(UpstreamCall call, LocalRequest request) {
        String id = request.header(CHANNEL);
        Http2Link channel = channels.find(id);
        if (request.method().equals("DELETE")) {
            return CompletableFuture.completedFuture(channels.end(id));
        }
        if (id != null && (channel == null || channel.isOver())) {
            return CompletableFuture.completedFuture(Answering.SESSION_LOST);
        }
        Map<String, String> metadata = metadata(call, request);
        return switch (request.method()) {
            case "PUT" -> channels.open(call, metadata);
            case "POST" -> call(call, metadata, request.body(), channel);
            default -> Channels.check(call, metadata, channel);
        };
    }

    /** What goes out beside the message: what is declared, the credential and the trace. */
    private static Map<String, String> metadata(UpstreamCall call, LocalRequest request) {
        Map<String, String> metadata = new HashMap<>();
        String declared = call.capability().providerSetting("metadata");
        if (declared != null) {
            metadata.putAll(DeclaredMetadata.of(declared));
        }
        request.headers().forEach((name, value) -> {
            if (!name.startsWith("content-") && !name.startsWith("accept") && !name.startsWith("grpc-")) {
                metadata.put(name, value);
            }
        });
        return metadata;
    }

    private CompletableFuture<LocalAnswer> call(
            UpstreamCall call, Map<String, String> metadata, Buffer arguments, @Nullable Http2Link channel) {
        Http2Link link = channel == null ? shared(call) : channel;
        CompletableFuture<LocalAnswer> answer = new CompletableFuture<>();
        var unused = methods.find(link, call, metadata).whenComplete((method, failure) -> {
            if (method == null) {
                fail(call, answer, failure, channel != null);
            } else if (arguments.length() <= QUICK) {
                begin(call, metadata, arguments, link, method, channel != null, answer);
            } else {
                try {
                    http.executor()
                            .execute(() -> begin(call, metadata, arguments, link, method, channel != null, answer));
                } catch (RejectedExecutionException e) {
                    answer.completeExceptionally(
                            new CapabilityException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down", e));
                }
            }
        });
        return answer;
    }

    private void begin(
            UpstreamCall call,
            Map<String, String> metadata,
            Buffer arguments,
            Http2Link link,
            Messages method,
            boolean inSession,
            CompletableFuture<LocalAnswer> answer) {
        if (answer.isDone()) {
            return;
        }
        try {
            byte[] message = method.bytes(arguments.toString(StandardCharsets.UTF_8));
            Problems problems = new Problems(method, Channels.secrets(call));
            Answering taker =
                    new Answering(answer, link, method, problems, http.executor(), http.maxMessage(), inSession);
            Rpc rpc = new Rpc(link, call, http.maxMessage(), taker);
            taker.of(rpc);
            rpc.begin(Methods.declared(call), metadata, message);
            var unused = answer.whenComplete((given, failure) -> {
                if (given == null) {
                    link.onLoop(rpc::cancelHere);
                } else if (given.status() == Status.UNIMPLEMENTED.http()) {
                    methods.forget(call);
                }
            });
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    /** The descriptors of the method could not be had. */
    private static void fail(
            UpstreamCall call, CompletableFuture<LocalAnswer> answer, Throwable failure, boolean inSession) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (inSession && cause instanceof UpstreamUnreachableException gone && gone.beforeWork()) {
            answer.complete(Answering.SESSION_LOST);
        } else if (!(cause instanceof RefusedException refused)) {
            answer.completeExceptionally(cause);
        } else if (refused.ending().status() == Status.UNIMPLEMENTED) {
            answer.completeExceptionally(new CapabilityException(
                    ErrorCode.NO_PROVIDER,
                    "the server has no reflection service to ask for its methods; expected "
                            + call.capability().provider() + "_descriptor_set, a file that describes them"));
        } else {
            answer.complete(Channels.refusal(call, refused.ending()));
        }
    }

    private Http2Link shared(UpstreamCall call) {
        Server server = new Server(call.serverUrl(), UpstreamNetworks.declared(call.capability()));
        Http2Link known = shared.get(server);
        if (known != null) {
            return known;
        }
        Http2Link made = shared.computeIfAbsent(server, unused -> http.http2(call, false));
        if (closed) {
            made.close();
        }
        return made;
    }

    @Override
    public void close() {
        closed = true;
        channels.close();
        List.copyOf(shared.values()).forEach(Http2Link::close);
    }
}
