package dev.serai.mcp.server;

import org.jspecify.annotations.Nullable;

/**
 * What a client is given for the time until it comes back with answers.
 *
 * @param name of the call that waits
 * @param round which of its states it is
 * @param anew whether a call that begins anew with the answers is as good
 */
record State(String name, int round, boolean anew) {
    /** The text of it, with where it is from and until when it holds. */
    String text(String node, long untilMillis) {
        return String.join(
                " ", name, Integer.toString(round), Boolean.toString(anew), node, Long.toString(untilMillis));
    }

    /** Where a text is from, until when it holds, and what it says; {@code null} where it is none. */
    static @Nullable Sent read(String text) {
        String[] parts = text.split(" ", -1);
        return parts.length == 5
                ? new Sent(
                        new State(parts[0], Integer.parseInt(parts[1]), Boolean.parseBoolean(parts[2])),
                        parts[3],
                        Long.parseLong(parts[4]))
                : null;
    }

    /** One that has been given away. */
    record Sent(State state, String node, long untilMillis) {}
}
