package dev.serai.capability;

import dev.serai.capability.Problem.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds capabilities of one server that want different session settings, although they share its sessions. */
final class SessionDifferences {
    /** What capabilities that share sessions cannot each have for themselves. */
    private static final List<String> SHARED = List.of(
            "session_idle",
            "session_max_age",
            "session_pool_size",
            "session_concurrency",
            "session_refresh_ahead",
            "session_keep_alive");

    private SessionDifferences() {}

    static List<Problem> find(Collection<Capability> capabilities) {
        Map<String, Capability> first = new HashMap<>();
        Set<String> reported = new HashSet<>();
        List<Problem> problems = new ArrayList<>();
        for (Capability capability : capabilities) {
            if (capability.sessionMode() == SessionMode.NONE) {
                continue;
            }
            String server = SharingGroup.of(capability);
            Capability other = first.putIfAbsent(server, capability);
            if (other != null && !settings(other).equals(settings(capability)) && reported.add(server)) {
                problems.add(new Problem(Severity.WARNING, capability.source(), message(capability, other)));
            }
        }
        return problems;
    }

    private static Map<String, String> settings(Capability capability) {
        Map<String, String> settings = new TreeMap<>(capability.metadata());
        settings.keySet().retainAll(SHARED);
        return settings;
    }

    private static String message(Capability capability, Capability other) {
        Set<String> keys = new TreeSet<>(settings(capability).keySet());
        keys.addAll(settings(other).keySet());
        keys.removeIf(key -> String.valueOf(settings(capability).get(key))
                .equals(String.valueOf(settings(other).get(key))));
        return capability.id() + " differs from " + other.id() + " (" + other.source() + ") of the same server in "
                + String.join(", ", keys) + ": the shortest ages and the largest sizes win";
    }
}
