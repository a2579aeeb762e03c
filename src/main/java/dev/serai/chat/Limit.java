package dev.serai.chat;

import dev.serai.capability.Capability;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whole numbers by which a declaration bounds its chats; the key is the name in small letters. */
enum Limit {
    /** Tokens that a caller may ask of one answer. */
    MAX_TOKENS_LIMIT(1, 1_000_000_000, 1_000_000_000),
    /** Further requests for the rest of an answer that was cut off. */
    CONTINUATION_CALLS(0, 10, 3),
    /** Tokens that all requests of a call have taken, from which on no further one is made. */
    CONTINUATION_TOKENS(1, 100_000_000, 32_000),
    /** Turns of a conversation that are kept, the last ones. */
    CONVERSATION_TURNS(1, 1_000, 20),
    /** Bytes of a conversation, as JSON text. */
    CONVERSATION_BYTES(1_024, 16 * 1024 * 1024, 256 * 1024);

    private static final int MOST_DIGITS = 10;

    private final int least;
    private final int most;
    private final int usual;

    Limit(int least, int most, int usual) {
        this.least = least;
        this.most = most;
        this.usual = usual;
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    int of(Capability capability) {
        String declared = capability.providerSetting(key());
        return declared == null ? usual : Integer.parseInt(declared);
    }

    /** What is wrong with the declared value; {@code null} where nothing is. */
    @Nullable
    String wrong(Map<String, String> block) {
        String declared = block.get(key());
        return declared == null || isWhole(declared, least, most)
                ? null
                : "expected a whole number from " + least + " to " + most + ", was \"" + declared + "\"";
    }

    static boolean isWhole(String text, int least, int most) {
        if (text.isEmpty() || text.length() > MOST_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        long number = Long.parseLong(text);
        return number >= least && number <= most;
    }
}
