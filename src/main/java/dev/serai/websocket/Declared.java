package dev.serai.websocket;

import com.fasterxml.jackson.core.JsonPointer;
import dev.serai.socket.Rule;
import dev.serai.socket.SocketOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a declaration says of its connection and its messages.
 *
 * @param message {@code null} where the arguments are the message
 * @param correlation how an answer is known
 * @param id where the id of a request goes
 * @param numbered whether the id is a number
 * @param answerId where an answer has it
 * @param result where the result is in an answer; {@code null} where it is all of it
 * @param error where an answer tells of a failure; {@code null} where none does
 * @param stream what is told of a stream; {@code null} where one answer follows a request
 */
record Declared(
        SocketOrder.Open open,
        @Nullable String origin,
        @Nullable Template hello,
        @Nullable Template message,
        Correlation correlation,
        JsonPointer id,
        boolean numbered,
        JsonPointer answerId,
        @Nullable JsonPointer result,
        @Nullable JsonPointer error,
        @Nullable Stream stream) {
    static final Set<String> KEYS = Set.of(
            "message",
            "hello",
            "correlate",
            "id",
            "id_type",
            "answer_id",
            "result",
            "error",
            "protocols",
            "origin",
            "max_message",
            "max_pending",
            "reply_when",
            "reply",
            "stream",
            "subscription",
            "push_id",
            "push_when",
            "end_when",
            "end_count",
            "end_after",
            "unsubscribe",
            "login_fields",
            "login_body");

    private static final int LEAST_MESSAGE = 1_024;
    private static final int MOST_MESSAGE = 16 * 1024 * 1024;
    private static final int USUAL_MESSAGE = 1024 * 1024;
    private static final int MOST_PENDING = 100_000;
    private static final int USUAL_PENDING = 1_000;
    private static final String NONE = "none";

    /** How an answer is known to be one to a request. */
    enum Correlation {
        /** It holds the request's id. */
        ID,
        /** It is the next. */
        ORDER,
        /** There is none. */
        NONE
    }

    /**
     * By the keys of its provider's block.
     *
     * @throws Wrong naming the key
     */
    static Declared of(Map<String, String> values) {
        Block block = new Block(values);
        String id = values.getOrDefault("id", "/id");
        boolean streams = "true".equals(block.choice("stream", "false", Set.of("true", "false")));
        Correlation correlation =
                switch (block.choice("correlate", "id", Set.of("id", "order", NONE))) {
                    case "order" -> Correlation.ORDER;
                    case NONE -> Correlation.NONE;
                    default -> Correlation.ID;
                };
        return new Declared(
                open(block),
                block.text("origin"),
                block.template("hello"),
                block.template("message"),
                correlation,
                Block.pointer("id", id),
                "number".equals(block.choice("id_type", "text", Set.of("text", "number"))),
                Block.pointer("answer_id", values.getOrDefault("answer_id", id)),
                block.pointer("result"),
                NONE.equals(block.text("error"))
                        ? null
                        : Block.pointer("error", values.getOrDefault("error", "/error")),
                streams ? Stream.of(block, correlation) : Stream.none(block));
    }

    private static SocketOrder.Open open(Block block) {
        String protocols = block.text("protocols");
        List<String> names =
                protocols == null ? List.of() : List.of(protocols.strip().split("\\s*,\\s*", -1));
        if (!names.stream().allMatch(name -> name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"))) {
            throw new Wrong(
                    "protocols", "expected names of subprotocols with commas between, was \"" + protocols + "\"");
        }
        String origin = block.text("origin");
        if (origin != null && !origin.matches("https?://[!-~]+")) {
            throw new Wrong("origin", "expected an origin such as https://app.example.org, was \"" + origin + "\"");
        }
        Template asked = block.rule("reply_when");
        Template reply = block.template("reply");
        if ((asked == null) != (reply == null)) {
            throw new Wrong(asked == null ? "reply" : "reply_when", "expected reply_when and reply, or neither");
        }
        return new SocketOrder.Open(
                "",
                names,
                block.whole("max_message", LEAST_MESSAGE, MOST_MESSAGE, USUAL_MESSAGE),
                block.whole("max_pending", 1, MOST_PENDING, USUAL_PENDING),
                asked == null ? null : Rule.of(asked.message()),
                reply == null ? "" : reply.message().toString(),
                Set.of());
    }
}
