package dev.serai.capability;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All declarations of one load: immutable, found by id in constant time. */
public final class Catalog {
    private final Map<String, Capability> byId;
    private final List<Capability> sorted;
    private final List<Problem> problems;

    /** The ids must be unique: the loader reports clashes as problems. */
    public Catalog(Collection<Capability> capabilities, List<Problem> problems) {
        this.byId = capabilities.stream().collect(Collectors.toUnmodifiableMap(Capability::id, Function.identity()));
        this.sorted = capabilities.stream()
                .sorted(Comparator.comparing(Capability::id))
                .toList();
        this.problems = List.copyOf(problems);
    }

    /** The capability with this exact id, or {@code null}. */
    public @Nullable Capability find(String id) {
        return byId.get(id);
    }

    /** Every capability, sorted by id. */
    public List<Capability> all() {
        return sorted;
    }

    /** What was wrong at this load, in file order. */
    public List<Problem> problems() {
        return problems;
    }
}
