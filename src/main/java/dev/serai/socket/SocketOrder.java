package dev.serai.socket;

import com.fasterxml.jackson.core.JsonPointer;
import dev.serai.http.TransportOrder;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a request asks of a connection; its body is the message, its headers are those of the handshake. */
public sealed interface SocketOrder extends TransportOrder {
    /**
     * Opens one, and answers with its id.
     *
     * @param path below the server's URL; empty for the URL itself
     * @param protocols subprotocols that the server may choose from
     * @param maxMessage bytes of the largest message that the server may send; at least 1
     * @param maxPending most requests that wait for something at a time; at least 1
     * @param asked which messages of the server's are answered at once; {@code null} for none
     * @param reply with what
     * @param refusals codes of close frames by which the server refuses the credential
     */
    record Open(
            String path,
            List<String> protocols,
            int maxMessage,
            int maxPending,
            @Nullable Rule asked,
            String reply,
            Set<Integer> refusals)
            implements SocketOrder {}

    /** On a connection that is open: 404 is the answer where it is not. */
    sealed interface OnConnection extends SocketOrder {
        /** The connection's. */
        String id();
    }

    /** Sends a message, and answers when it has gone. */
    record Tell(String id) implements OnConnection {}

    /**
     * Sends a message, and answers with the first one that belongs to it.
     *
     * @param match {@code null} for the next one that belongs to nobody else, in the order of requests
     */
    record Ask(String id, @Nullable Match match) implements OnConnection {}

    /** Sends a message, and answers with an event stream of those that follow. */
    record Follow(String id, Following what) implements OnConnection {}

    /** Answers once the server has answered a ping; one that does not is cut, and the answer is 404. */
    record Ping(String id) implements OnConnection {}

    /** Closes it, if it is open, with a close frame. */
    record Close(String id) implements OnConnection {}

    /**
     * Which messages follow, and until when. They are events: {@code ack} the one that names the subscription,
     * {@code next} those that are parts, {@code end} the one that ends it.
     *
     * @param match the request's own; {@code null} where messages do not name it
     * @param names where the first message that matches names the subscription; {@code null} where none does
     * @param carried where further messages carry that name, or else the request's id
     * @param when what else makes a message one of these; {@code null} for nothing
     * @param end which message is the last, and no part; {@code null} for none
     * @param count parts after which it ends; 0 for no such end
     * @param after time after which it ends; {@code null} for no such end
     * @param farewell what is sent where it ends without the server's having said so, by the subscription's name, if it
     *     has one; {@code null} for nothing
     */
    record Following(
            @Nullable Match match,
            @Nullable JsonPointer names,
            @Nullable JsonPointer carried,
            @Nullable Rule when,
            @Nullable Rule end,
            int count,
            @Nullable Duration after,
            Function<@Nullable String, @Nullable String> farewell) {}
}
