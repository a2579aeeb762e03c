package dev.serai.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said before, in whole turns.
 *
 * @param turns the last ones, oldest first
 * @param token for the server's cache; {@code null} without one
 */
record Conversation(List<Turn> turns, @Nullable CacheToken token) {
    static final Conversation EMPTY = new Conversation(List.of(), null);

    private static final int OVERHEAD = 256;

    /**
     * A question and its answer.
     *
     * @param bytes their length as JSON text
     */
    record Turn(ArrayNode messages, int bytes) {
        boolean answersTools() {
            return messages.path(0).path("role").asText().equals("tool");
        }
    }

    /**
     * What a server gave to find what it has read before.
     *
     * @param prefix names the beginning of the chat that it stands for
     * @param endsNanos when it is no longer good, by {@link System#nanoTime()}
     */
    record CacheToken(String text, String prefix, long endsNanos) {
        boolean isGoodFor(String beginning, long nowNanos) {
            return prefix.equals(beginning) && endsNanos - nowNanos > 0;
        }
    }

    /** With one turn more and as many of the earlier ones as the bounds allow. */
    Conversation with(Turn turn, @Nullable CacheToken given, int mostTurns, int mostBytes) {
        List<Turn> kept = new ArrayList<>(turns);
        kept.add(turn);
        long bytes = kept.stream().mapToLong(Turn::bytes).sum();
        // Answers of tools mean nothing without the turn that called them.
        while (!kept.isEmpty()
                && (kept.size() > mostTurns || bytes > mostBytes || kept.get(0).answersTools())) {
            bytes -= kept.remove(0).bytes();
        }
        return new Conversation(List.copyOf(kept), given);
    }

    List<JsonNode> messages() {
        List<JsonNode> all = new ArrayList<>();
        turns.forEach(turn -> turn.messages().forEach(all::add));
        return all;
    }

    /** Bytes that it takes, roughly. */
    int weight() {
        return OVERHEAD + turns.stream().mapToInt(Turn::bytes).sum();
    }
}
