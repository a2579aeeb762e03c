package dev.serai.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.serai.http.Http2Link;
import dev.serai.http.UpstreamCall;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks a server how it is (grpc.health.v1), all of it at once. */
final class Health {
    private static final String CHECK = "grpc.health.v1.Health/Check";
    private static final long NOT_SERVING = 2;
    private static final int LONGEST = 64 * 1024;

    private Health() {}

    /**
     * Cancelling what is returned ends the question.
     *
     * @return {@link Status#OK} where it is well, says nothing of it or does not know the question; {@link
     *     Status#UNAVAILABLE} where it says that it is not
     */
    static CompletableFuture<Unary.Reply> check(Http2Link link, UpstreamCall call, Map<String, String> metadata) {
        return Unary.call(link, call, CHECK, metadata, new byte[0], LONGEST);
    }

    static Ending read(Unary.Reply reply) {
        Ending ending = reply.ending();
        if (ending.failure() != null) {
            return ending;
        }
        return switch (ending.status()) {
            case OK ->
                isServing(reply.message())
                        ? ending
                        : Ending.of(Status.UNAVAILABLE, "the server says that it does not serve now (" + CHECK + ")");
            case UNIMPLEMENTED, NOT_FOUND, PERMISSION_DENIED -> Ending.of(Status.OK, "");
            default -> ending;
        };
    }

    private static boolean isServing(@Nullable ByteString answer) {
        try {
            return answer == null
                    || !UnknownFieldSet.parseFrom(answer)
                            .getField(1)
                            .getVarintList()
                            .contains(NOT_SERVING);
        } catch (InvalidProtocolBufferException e) {
            return true;
        }
    }
}
