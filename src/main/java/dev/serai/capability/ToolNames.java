package dev.serai.capability;

import dev.serai.capability.Problem.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What capabilities are called where names are narrower than ids: letters, digits and {@code _ . -}. */
public final class ToolNames {
    private ToolNames() {}

    /** The id, with {@code _} for every other character. */
    public static String of(String id) {
        return id.replace('/', '_');
    }

    /** An error for each capability whose name another one has already. */
    static List<Problem> clashes(Collection<Capability> capabilities) {
        List<Problem> problems = new ArrayList<>();
        Map<String, Capability> first = new HashMap<>();
        capabilities.stream().sorted(Comparator.comparing(Capability::id)).forEach(capability -> {
            Capability other = first.putIfAbsent(of(capability.id()), capability);
            if (other != null) {
                problems.add(new Problem(
                        Severity.ERROR,
                        capability.source(),
                        capability.id() + " has the same name as a tool as " + other.id() + " (" + other.source()
                                + "), " + of(other.id()) + ", and is not offered as one: rename one of them"));
            }
        });
        return problems;
    }
}
