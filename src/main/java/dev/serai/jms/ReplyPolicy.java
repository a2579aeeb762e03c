package dev.serai.jms;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where replies may go because a message says so. Whoever may send to the queue of the gateway would else write, through
 * it, wherever the gateway may.
 */
public final class ReplyPolicy {
    private static final String TEMPORARY = "temporary";
    private static final String NOWHERE = "none";
    private static final String TOPIC = "topic:";
    /** No options of a client, and no name of a queue behind that of its address. */
    private static final Pattern PLAIN = Pattern.compile("(?!.*::)[A-Za-z0-9_$./:-]{1,255}");

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_$./:*-]{1,200}");
    /** Any client can call a destination temporary; that it was made for one reply shows in its name. */
    private static final Pattern GENERATED =
            Pattern.compile("(?i).*(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|ID:\\S*\\d).*");

    private final boolean temporary;
    private final List<Pattern> queues;
    private final List<Pattern> topics;
    private final Set<String> never;

    /** What a message names, independent of the client. */
    record Place(String name, boolean topic, boolean temporary) {}

    private ReplyPolicy(boolean temporary, List<Pattern> queues, List<Pattern> topics, Set<String> never) {
        this.temporary = temporary;
        this.queues = queues;
        this.topics = topics;
        this.never = never;
    }

    /**
     * Reads a list.
     *
     * @param never names that no pattern stands for
     * @throws IllegalArgumentException for what is no list, without the text
     */
    static ReplyPolicy parse(String text, List<String> never) {
        boolean temporary = false;
        List<Pattern> queues = new ArrayList<>();
        List<Pattern> topics = new ArrayList<>();
        for (String item : text.split("\\s*,\\s*", -1)) {
            boolean topic = item.startsWith(TOPIC);
            String name = topic ? item.substring(TOPIC.length()) : item;
            if (!FORM.matcher(name).matches()) {
                throw new IllegalArgumentException("expected " + TEMPORARY + ", " + NOWHERE
                        + ", or names of queues and topic:NAME, separated by commas");
            }
            if (item.equals(TEMPORARY)) {
                temporary = true;
            } else if (!item.equals(NOWHERE)) {
                (topic ? topics : queues).add(pattern(name));
            }
        }
        return new ReplyPolicy(temporary, queues, topics, Set.copyOf(never));
    }

    private static Pattern pattern(String name) {
        return Pattern.compile(
                Arrays.stream(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }

    boolean allows(Place place) {
        if (never.contains(place.name()) || !PLAIN.matcher(place.name()).matches()) {
            return false;
        }
        if (place.temporary()) {
            return temporary && GENERATED.matcher(place.name()).matches();
        }
        return (place.topic() ? topics : queues)
                .stream().anyMatch(allowed -> allowed.matcher(place.name()).matches());
    }
}
