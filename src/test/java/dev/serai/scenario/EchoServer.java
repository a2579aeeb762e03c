package dev.serai.scenario;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.rpc.Status;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A server of {@code lab.v1.Echo}, with reflection and health, as grpc-java makes them. */
final class EchoServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Descriptor REQ = EchoProto.FILE.findMessageTypeByName("Req");
    private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger said = new AtomicInteger();
    private final AtomicInteger reflected = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Metadata> headers = new ArrayList<>();
    private final HealthStatusManager health = new HealthStatusManager();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final UnaryOperator<NettyServerBuilder> more;
    private Server server;
    private volatile @Nullable String token;
    private volatile boolean deadline;

    /** With reflection of the present version, and health. */
    static EchoServer start() {
        return new EchoServer(builder -> builder.addService(ProtoReflectionServiceV1.newInstance()));
    }

    /** With reflection of the version before. */
    static EchoServer withOlderReflection() {
        return new EchoServer(EchoServer::olderReflection);
    }

    @SuppressWarnings("deprecation")
    private static NettyServerBuilder olderReflection(NettyServerBuilder builder) {
        return builder.addService(ProtoReflectionService.newInstance());
    }

    /** @param more what else the server has */
    EchoServer(UnaryOperator<NettyServerBuilder> more) {
        this.more = more;
        this.server = begin(0);
    }

    private Server begin(int port) {
        try {
            return more.apply(
                            NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                                    .executor(threads)
                                    .addTransportFilter(new Counted())
                                    .intercept(new Gate())
                                    .addService(service())
                                    .addService(health.getHealthService()))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getPort();
    }

    /** Connections so far. */
    int opened() {
        return opened.get();
    }

    /** Connections that were closed since clients were last sent away. */
    int closed() {
        return closed.get();
    }

    /** Calls of Say. */
    int said() {
        return said.get();
    }

    /** Calls of the reflection service. */
    int reflected() {
        return reflected.get();
    }

    /** Messages that streams have given away. */
    int sent() {
        return sent.get();
    }

    /** Opens when a call of Slow or Count was cancelled. */
    CountDownLatch cancelled() {
        return cancelled;
    }

    /** Whether the last call of Slow had a deadline. */
    boolean hadDeadline() {
        return deadline;
    }

    /** Lets a held stream go on. */
    void release() {
        release.countDown();
    }

    /** From now on calls need this token; {@code null} for none. */
    void token(@Nullable String wanted) {
        token = wanted;
    }

    void serving(boolean serves) {
        health.setStatus("", serves ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }

    /** Asks every client to leave (GOAWAY), and takes new connections at the same address. */
    void sendAway() {
        int port = server.getPort();
        Server old = server;
        old.shutdown();
        server = await("the address to be free again")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .ignoreExceptions()
                .until(() -> begin(port), started -> true);
        await("the end of the old connections").atMost(PATIENCE).until(old::isTerminated);
        closed.set(0);
    }

    @Override
    public void close() {
        release.countDown();
        server.shutdownNow();
        threads.shutdownNow();
    }

    private final class Counted extends ServerTransportFilter {
        @Override
        public Attributes transportReady(Attributes attributes) {
            opened.incrementAndGet();
            return attributes;
        }

        @Override
        public void transportTerminated(Attributes attributes) {
            closed.incrementAndGet();
        }
    }

    private final class Gate implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata sentAlong, ServerCallHandler<A, B> next) {
            if (call.getMethodDescriptor().getFullMethodName().contains("ServerReflection")) {
                reflected.incrementAndGet();
            }
            String wanted = token;
            if (wanted != null && !("Bearer " + wanted).equals(sentAlong.get(AUTHORIZATION))) {
                call.close(
                        io.grpc.Status.UNAUTHENTICATED.withDescription("not " + sentAlong.get(AUTHORIZATION)),
                        new Metadata());
                return new ServerCall.Listener<>() {};
            }
            synchronized (headers) {
                headers.add(sentAlong);
            }
            return next.startCall(call, sentAlong);
        }
    }

    static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** What came with the last call. */
    Metadata lastHeaders() {
        synchronized (headers) {
            return headers.get(headers.size() - 1);
        }
    }

    private ServerServiceDefinition service() {
        com.google.protobuf.Descriptors.ServiceDescriptor echo = EchoProto.FILE.findServiceByName("Echo");
        ServiceDescriptor.Builder described = ServiceDescriptor.newBuilder(echo.getFullName())
                .setSchemaDescriptor((ProtoFileDescriptorSupplier) EchoServer::file);
        List<io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage>> methods = new ArrayList<>();
        for (MethodDescriptor each : echo.getMethods()) {
            if (each.isClientStreaming() || each.getName().equals("Missing")) {
                continue;
            }
            io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> method =
                    io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                            .setType(
                                    each.isServerStreaming()
                                            ? io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING
                                            : io.grpc.MethodDescriptor.MethodType.UNARY)
                            .setFullMethodName(echo.getFullName() + "/" + each.getName())
                            .setRequestMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(REQ)))
                            .setResponseMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(REQ)))
                            .build();
            methods.add(method);
            described.addMethod(method);
        }
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(described.build());
        for (io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> method : methods) {
            if (method.getType() == io.grpc.MethodDescriptor.MethodType.UNARY) {
                service.addMethod(
                        method, ServerCalls.asyncUnaryCall((in, out) -> answer(method.getBareMethodName(), in, out)));
            } else {
                service.addMethod(method, ServerCalls.asyncServerStreamingCall(this::count));
            }
        }
        return service.build();
    }

    private static FileDescriptor file() {
        return EchoProto.FILE;
    }

    private static FieldDescriptor field(String name) {
        return REQ.findFieldByName(name);
    }

    private static String text(DynamicMessage message) {
        return (String) message.getField(field("message"));
    }

    private static int number(DynamicMessage message) {
        return Math.toIntExact((Long) message.getField(field("n")));
    }

    private void answer(@Nullable String method, DynamicMessage in, StreamObserver<DynamicMessage> out) {
        switch (String.valueOf(method)) {
            case "Fail" -> out.onError(failure(in));
            case "Slow" -> {
                deadline = Context.current().getDeadline() != null;
                ((ServerCallStreamObserver<DynamicMessage>) out).setOnCancelHandler(cancelled::countDown);
            }
            case "WhoAmI" -> {
                out.onNext(message(String.valueOf(lastHeaders().get(AUTHORIZATION)), 0));
                out.onCompleted();
            }
            default -> {
                said.incrementAndGet();
                String text = text(in);
                out.onNext(text.equals("big") ? message("x".repeat(number(in)), 0) : in);
                out.onCompleted();
            }
        }
    }

    /** With the number as status, and a detail that is a message of the service and one that is not. */
    private static RuntimeException failure(DynamicMessage in) {
        Metadata trailers = new Metadata();
        if (text(in).contains("details")) {
            trailers.put(
                    DETAILS,
                    Status.newBuilder()
                            .setCode(number(in))
                            .addDetails(Any.newBuilder()
                                    .setTypeUrl("type.googleapis.com/lab.v1.Req")
                                    .setValue(message("why", 7).toByteString()))
                            .addDetails(Any.newBuilder()
                                    .setTypeUrl("type.googleapis.com/unknown.Type")
                                    .setValue(ByteString.copyFromUtf8("?")))
                            .build()
                            .toByteArray());
        }
        return io.grpc.Status.fromCodeValue(number(in))
                .withDescription("\u00e4rger: " + text(in))
                .asRuntimeException(trailers);
    }

    static DynamicMessage message(String text, long n) {
        return DynamicMessage.newBuilder(REQ)
                .setField(field("message"), text)
                .setField(field("n"), n)
                .build();
    }

    /** As many as asked for; holds after the first, or never ends, or fails at the end, where the text says so. */
    private void count(DynamicMessage in, StreamObserver<DynamicMessage> out) {
        ServerCallStreamObserver<DynamicMessage> stream = (ServerCallStreamObserver<DynamicMessage>) out;
        stream.setOnCancelHandler(cancelled::countDown);
        String how = text(in);
        int most = how.startsWith("endless") ? Integer.MAX_VALUE : number(in);
        String padding = how.startsWith("endless") ? "y".repeat(1_000) : "m";
        AtomicInteger next = new AtomicInteger();
        if (how.equals("hold")) {
            stream.onNext(message("m1", next.incrementAndGet()));
            threads.execute(() -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                go(stream, next, most, padding, how);
            });
            return;
        }
        stream.setOnReadyHandler(() -> go(stream, next, most, padding, how));
    }

    private void go(
            ServerCallStreamObserver<DynamicMessage> stream, AtomicInteger next, int most, String padding, String how) {
        synchronized (next) {
            while ((stream.isReady() || how.equals("hold")) && next.get() < most && !stream.isCancelled()) {
                int number = next.incrementAndGet();
                sent.incrementAndGet();
                stream.onNext(message(padding + number, number));
            }
            if (next.get() >= most && next.get() < Integer.MAX_VALUE && !stream.isCancelled()) {
                next.set(Integer.MAX_VALUE);
                if (how.equals("fail")) {
                    stream.onError(
                            io.grpc.Status.ABORTED.withDescription("half").asRuntimeException());
                } else {
                    stream.onCompleted();
                }
            }
        }
    }

    /** A reflection service that answers what a test makes of the name that it is asked for. */
    static BindableService reflection(java.util.function.Function<String, List<ByteString>> files) {
        return new io.grpc.reflection.v1.ServerReflectionGrpc.ServerReflectionImplBase() {
            @Override
            public StreamObserver<io.grpc.reflection.v1.ServerReflectionRequest> serverReflectionInfo(
                    StreamObserver<io.grpc.reflection.v1.ServerReflectionResponse> out) {
                return new StreamObserver<>() {
                    @Override
                    public void onNext(io.grpc.reflection.v1.ServerReflectionRequest asked) {
                        String name =
                                asked.hasFileByFilename() ? asked.getFileByFilename() : asked.getFileContainingSymbol();
                        out.onNext(io.grpc.reflection.v1.ServerReflectionResponse.newBuilder()
                                .setFileDescriptorResponse(io.grpc.reflection.v1.FileDescriptorResponse.newBuilder()
                                        .addAllFileDescriptorProto(files.apply(name)))
                                .build());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        // The client has gone.
                    }

                    @Override
                    public void onCompleted() {
                        out.onCompleted();
                    }
                };
            }
        };
    }
}
