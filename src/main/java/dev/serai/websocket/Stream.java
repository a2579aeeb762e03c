package dev.serai.websocket;

import com.fasterxml.jackson.core.JsonPointer;
import dev.serai.socket.Parts;
import dev.serai.websocket.Declared.Correlation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a declaration says of the messages that follow a request.
 *
 * @param subscription where the first answer names the subscription; {@code null} where none does
 * @param pushId where further messages have this name, or the request's id; {@code null} where the answer's id is
 * @param pushWhen what else makes a message one of these
 * @param endWhen which message is the last
 * @param count parts after which it ends; 0 for no such end
 * @param after time after which it ends
 * @param unsubscribe what is sent at the end
 */
record Stream(
        @Nullable JsonPointer subscription,
        @Nullable JsonPointer pushId,
        @Nullable Template pushWhen,
        @Nullable Template endWhen,
        int count,
        @Nullable Duration after,
        @Nullable Template unsubscribe) {
    private static final String[] KEYS = {
        "subscription", "push_id", "push_when", "end_when", "end_count", "end_after", "unsubscribe"
    };

    static Stream of(Block block, Correlation correlation) {
        Stream stream = new Stream(
                block.pointer("subscription"),
                block.pointer("push_id"),
                block.rule("push_when"),
                block.rule("end_when"),
                block.whole("end_count", 1, Parts.MOST, 0),
                block.duration("end_after"),
                block.template("unsubscribe"));
        if (stream.endWhen == null && stream.count == 0 && stream.after == null) {
            throw new Wrong("stream", "a stream needs end_when, end_count or end_after, which end it");
        }
        if (correlation == Correlation.ORDER) {
            throw new Wrong("correlate", "the messages of a stream are known by id or push_when; expected id or none");
        }
        if (correlation == Correlation.NONE && stream.pushWhen == null) {
            throw new Wrong(
                    "correlate", "a stream whose messages have no id needs push_when, which says what they hold");
        }
        if (stream.subscription != null && stream.pushId == null) {
            throw new Wrong("subscription", "needs push_id: where further messages have the name of the subscription");
        }
        return stream;
    }

    /** Of a declaration without one. */
    static @Nullable Stream none(Block block) {
        for (String key : KEYS) {
            if (block.has(key)) {
                throw new Wrong(key, "is of streams only; expected stream: true beside it");
            }
        }
        return null;
    }
}
