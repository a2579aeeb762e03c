package dev.serai.delivery;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that could not be delivered, as it lies in its channel.
 *
 * @param channel the {@link DeadLetterChannel#name()}
 * @param id names it within its channel, for as long as it lies there; letters, digits, {@code . _ - :} only
 * @param at when it became a dead letter
 * @param capability what it wanted to call; {@code null} where it names none
 * @param requestId its request id; {@code null} where it has none
 * @param errorCode the code of the last failure
 * @param detail the last failure in words; never an argument or a secret
 * @param attempts how often the capability was called for it
 * @param headers the headers of the original that are text, numbers or booleans, at most 64 of them
 * @param body the original body as text (binary ones in Base64), at most {@link #MAX_SHOWN} characters; {@code null} in
 *     lists
 */
public record DeadLetter(
        String channel,
        String id,
        Instant at,
        @Nullable String capability,
        @Nullable String requestId,
        String errorCode,
        String detail,
        int attempts,
        Map<String, String> headers,
        @Nullable String body) {
    /** Longest part of a body that is shown, in characters. */
    public static final int MAX_SHOWN = 65_536;
}
