package dev.serai.cli;

import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.setting.Closest;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Finds what somebody who mistyped a name may have meant. */
final class Suggestions {
    private static final int SHOWN = 3;

    private Suggestions() {}

    /** The message for an id that is not declared. */
    static String unknown(String id, Catalog catalog) {
        List<String> near = closest(id, catalog.all().stream().map(Capability::id));
        return "unknown capability: " + id
                + (near.isEmpty() ? "; see: serai list" : "; did you mean " + String.join(", ", near) + "?");
    }

    /** At most three of the names, the closest first; empty where none is near. */
    static List<String> closest(String name, Stream<String> names) {
        String wanted = name.toLowerCase(Locale.ROOT);
        int limit = Math.max(2, wanted.length() / 3);
        return names.map(candidate -> new Scored(candidate, score(wanted, candidate.toLowerCase(Locale.ROOT))))
                .filter(scored -> scored.distance() <= limit)
                .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::id))
                .limit(SHOWN)
                .map(Scored::id)
                .toList();
    }

    private record Scored(String id, int distance) {}

    /** The same last part under another prefix is as near as one typing error. */
    private static int score(String wanted, String candidate) {
        return candidate.endsWith("." + wanted.substring(wanted.lastIndexOf('.') + 1))
                ? 1
                : Closest.distance(wanted, candidate);
    }
}
