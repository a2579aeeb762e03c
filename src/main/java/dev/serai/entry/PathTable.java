package dev.serai.entry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which consumer serves a method and path; immutable, swapped whole when a route comes or goes. */
final class PathTable {
    static final PathTable EMPTY = new PathTable(List.of());

    private final List<IngressConsumer> all;
    private final Map<String, List<IngressConsumer>> exact = new HashMap<>();
    private final List<IngressConsumer> patterns = new ArrayList<>();

    private PathTable(List<IngressConsumer> all) {
        this.all = all;
        for (IngressConsumer consumer : all) {
            if (consumer.pattern().isExact()) {
                exact.computeIfAbsent(consumer.path(), path -> new ArrayList<>(2))
                        .add(consumer);
            } else {
                patterns.add(consumer);
            }
        }
        patterns.sort(Comparator.comparingInt(
                        (IngressConsumer consumer) -> consumer.pattern().specificity())
                .reversed());
    }

    /** The newest of equals serves: a route that is being replaced has its successor already. */
    PathTable with(IngressConsumer consumer) {
        List<IngressConsumer> next = new ArrayList<>(all.size() + 1);
        next.add(consumer);
        next.addAll(all);
        return new PathTable(next);
    }

    PathTable without(IngressConsumer consumer) {
        return new PathTable(all.stream().filter(other -> other != consumer).toList());
    }

    /** @throws IllegalArgumentException where a path variable is not valid percent-encoding */
    Found find(String method, String path) {
        for (IngressConsumer consumer : exact.getOrDefault(path, List.of())) {
            if (consumer.accepts(method)) {
                return new Found(consumer, Map.of(), Set.of());
            }
        }
        List<String> segments = PathPattern.split(path);
        for (IngressConsumer consumer : patterns) {
            Map<String, String> variables =
                    consumer.accepts(method) ? consumer.pattern().match(segments) : null;
            if (variables != null) {
                return new Found(consumer, variables, Set.of());
            }
        }
        return new Found(null, Map.of(), allowed(path, segments));
    }

    private Set<String> allowed(String path, List<String> segments) {
        Set<String> allowed = new TreeSet<>();
        exact.getOrDefault(path, List.of()).forEach(consumer -> allowed.addAll(consumer.methods()));
        for (IngressConsumer consumer : patterns) {
            if (consumer.pattern().match(segments) != null) {
                allowed.addAll(consumer.methods());
            }
        }
        return allowed;
    }

    /**
     * @param consumer {@code null} where no route serves this method there
     * @param allowed without a consumer, the methods that are served there; none means no such path
     */
    record Found(@Nullable IngressConsumer consumer, Map<String, String> variables, Set<String> allowed) {}
}
