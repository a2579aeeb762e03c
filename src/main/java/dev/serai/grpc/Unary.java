package dev.serai.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.serai.http.Http2Link;
import dev.serai.http.UpstreamCall;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call for one message that the gateway makes for itself. */
final class Unary implements Rpc.Taker {
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();
    private @Nullable ByteString message;

    /**
     * What came back.
     *
     * @param message the first; {@code null} where there was none
     */
    record Reply(@Nullable ByteString message, Ending ending) {}

    private Unary() {}

    /** Never fails, unless it is cancelled or completed from outside, which ends the call. */
    static CompletableFuture<Reply> call(
            Http2Link link,
            UpstreamCall call,
            String method,
            Map<String, String> metadata,
            byte[] message,
            int longest) {
        Unary unary = new Unary();
        Rpc rpc = new Rpc(link, call, longest, unary);
        rpc.begin(method, metadata, message);
        var unused = unary.reply.whenComplete((done, failure) -> {
            if (failure != null) {
                link.onLoop(rpc::cancelHere);
            }
        });
        return unary.reply;
    }

    @Override
    public void took(byte[] taken) {
        if (message == null) {
            message = UnsafeByteOperations.unsafeWrap(taken);
        }
    }

    @Override
    public void ended(Ending ending) {
        reply.complete(new Reply(message, ending));
    }
}
