package dev.serai.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.serai.http.Http2Link;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.UpstreamText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server for the descriptors of one service, file by file (grpc.reflection.v1, else v1alpha, whose messages are the
 * same).
 */
final class Reflection {
    private static final String METHOD = ".ServerReflection/ServerReflectionInfo";
    private static final String V1 = "grpc.reflection.v1" + METHOD;
    private static final String V1_ALPHA = "grpc.reflection.v1alpha" + METHOD;

    /** Servers mostly tell what a file imports together with it. */
    private static final int MOST_QUESTIONS = 200;

    /** Bytes; to parse more, and to put it together, would hold the other calls of the event loop up. */
    private static final int QUICK = 64 * 1024;

    private static final int BY_NAME = 3;
    private static final int CONTAINING = 4;
    private static final int FILES = 4;
    private static final int ERROR = 7;

    private final Http2Link link;
    private final UpstreamCall call;
    private final Map<String, String> metadata;
    private final String service;
    private final Executor aside;
    private final Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
    private final CompletableFuture<Descriptions> found = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<Unary.Reply> asked;
    private String method = V1;
    private int requests;
    private long bytes;

    private Reflection(
            Http2Link link, UpstreamCall call, Map<String, String> metadata, String service, Executor aside) {
        this.link = link;
        this.call = call;
        this.metadata = metadata;
        this.service = service;
        this.aside = aside;
    }

    /**
     * The files of a service and those that they import. Completing what is returned from outside ends the asking.
     *
     * @param call whose deadline bounds each request
     * @param aside does what takes a while
     * @return fails with a {@link CapabilityException}
     */
    static CompletableFuture<Descriptions> ask(
            Http2Link link, UpstreamCall call, Map<String, String> metadata, String service, Executor aside) {
        Reflection reflection = new Reflection(link, call, metadata, service, aside);
        var unused = reflection.found.whenComplete((done, failure) -> {
            CompletableFuture<Unary.Reply> last = reflection.asked;
            if (last != null) {
                last.cancel(false);
            }
        });
        reflection.send(CONTAINING, service);
        return reflection.found;
    }

    private void send(int field, String name) {
        if (found.isDone()) {
            return;
        }
        if (++requests > MOST_QUESTIONS) {
            fail(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the server's descriptors take more than " + MOST_QUESTIONS + " questions");
            return;
        }
        byte[] request = UnknownFieldSet.newBuilder()
                .addField(
                        field,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8(name))
                                .build())
                .build()
                .toByteArray();
        CompletableFuture<Unary.Reply> reply =
                Unary.call(link, call, method, metadata, request, Descriptions.MOST_BYTES);
        asked = reply;
        var unused = reply.whenComplete((answer, failure) -> {
            if (answer == null) {
                return;
            }
            ByteString message = answer.message();
            if (message == null || bytes + message.size() <= QUICK) {
                read(field, name, answer);
                return;
            }
            try {
                aside.execute(() -> read(field, name, answer));
            } catch (RejectedExecutionException e) {
                fail(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down");
            }
        });
    }

    private void read(int field, String name, Unary.Reply answer) {
        if (found.isDone()) {
            return;
        }
        try {
            take(field, name, answer);
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            fail(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the server's answer to a question for its descriptors cannot be read");
        } catch (Error e) {
            found.completeExceptionally(e);
        }
    }

    private void take(int field, String name, Unary.Reply answer) throws InvalidProtocolBufferException {
        Ending ending = answer.ending();
        if (ending.failure() != null) {
            found.completeExceptionally(ending.failure());
            return;
        }
        ByteString message = answer.message();
        if (message == null && ending.status() == Status.UNIMPLEMENTED && method.equals(V1)) {
            method = V1_ALPHA;
            send(field, name);
            return;
        }
        if (message == null) {
            found.completeExceptionally(refused(ending));
            return;
        }
        UnknownFieldSet response = UnknownFieldSet.parseFrom(message);
        if (response.hasField(ERROR)) {
            if (field == CONTAINING) {
                fail(ErrorCode.NO_PROVIDER, "the server has no service " + service);
            } else {
                lacks(name);
            }
            return;
        }
        for (ByteString one : response.getField(FILES).getLengthDelimitedList()) {
            for (ByteString file : UnknownFieldSet.parseFrom(one).getField(1).getLengthDelimitedList()) {
                bytes += file.size();
                FileDescriptorProto known = FileDescriptorProto.parseFrom(file);
                files.put(known.getName(), known);
            }
        }
        if (bytes > Descriptions.MOST_BYTES || files.size() > Descriptions.MOST_FILES) {
            fail(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the server's descriptors are more than " + Descriptions.MOST_BYTES + " bytes, or "
                            + Descriptions.MOST_FILES + " files");
            return;
        }
        if (field == BY_NAME && !files.containsKey(name)) {
            lacks(name);
            return;
        }
        goOn();
    }

    private void goOn() {
        for (FileDescriptorProto file : List.copyOf(files.values())) {
            for (String imported : file.getDependencyList()) {
                if (!files.containsKey(imported) && !Descriptions.isOwn(imported)) {
                    send(BY_NAME, imported);
                    return;
                }
            }
        }
        try {
            found.complete(Descriptions.of(files));
        } catch (Descriptions.Unusable e) {
            found.completeExceptionally(new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    UpstreamText.excerpt(String.valueOf(e.getMessage()), List.of()),
                    e));
        }
    }

    private static RefusedException refused(Ending ending) {
        return new RefusedException(ending);
    }

    private void lacks(String file) {
        fail(
                ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                "the server does not tell the descriptors of " + UpstreamText.excerpt(file, List.of()));
    }

    private void fail(ErrorCode code, String detail) {
        found.completeExceptionally(new CapabilityException(code, detail));
    }
}
