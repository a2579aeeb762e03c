package dev.serai.capability;

import dev.serai.capability.Problem.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks keys of the {@code policy} block that mean something only together with others, or with other declarations. */
final class PolicyChecks {
    private static final String IDEMPOTENT = "policy_idempotent";
    private static final String FALLBACK = "policy_fallback";
    private static final String BATCH_WINDOW = "policy_batch_window";
    private static final String BATCH_SIZE = "policy_batch_size";
    private static final String TIMEOUT = "policy_timeout";

    private PolicyChecks() {}

    static void check(String id, FlatMetadata metadata, Problems problems) {
        Map<String, String> values = metadata.values();
        boolean idempotent = "true".equals(values.get(IDEMPOTENT));
        boolean coalesce = "true".equals(values.get("policy_coalesce"));
        if (!idempotent && values.containsKey("policy_cache_ttl")) {
            wantsIdempotent("policy_cache_ttl", metadata, problems);
        }
        if (!idempotent && coalesce) {
            wantsIdempotent("policy_coalesce", metadata, problems);
        }
        checkBatch(metadata, problems);
        if (id.equals(values.get(FALLBACK))) {
            problems.error(metadata.line(FALLBACK), FALLBACK + ": expected another capability than this one, " + id);
        }
    }

    private static void checkBatch(FlatMetadata metadata, Problems problems) {
        String key = metadata.values().containsKey(BATCH_WINDOW) ? BATCH_WINDOW : BATCH_SIZE;
        if (!metadata.values().containsKey(key)) {
            return;
        }
        if ("call".equals(metadata.values().get("session_scope"))) {
            problems.error(
                    metadata.line(key),
                    key + ": calls with session_scope call share nothing; take one of the two away");
        }
        Duration window = duration(metadata, BATCH_WINDOW);
        Duration timeout = duration(metadata, TIMEOUT);
        if (window != null && timeout != null && window.compareTo(timeout) >= 0) {
            problems.error(
                    metadata.line(key),
                    key + ": expected less than " + TIMEOUT + ", which is "
                            + metadata.values().get(TIMEOUT));
        }
    }

    /** {@code null} where there is none; one that is wrong has been reported as that. */
    private static @Nullable Duration duration(FlatMetadata metadata, String key) {
        String text = metadata.values().get(key);
        try {
            return text == null ? null : Durations.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void wantsIdempotent(String key, FlatMetadata metadata, Problems problems) {
        problems.error(
                metadata.line(key),
                key + ": calls of which one may have the answer of another have to be repeatable; add " + IDEMPOTENT
                        + ": true where they are, or take " + key + " away");
    }

    /** Fallbacks that nothing declares. */
    static List<Problem> fallbacks(Collection<Capability> capabilities) {
        Set<String> ids = new HashSet<>();
        List<Capability> having = new ArrayList<>();
        for (Capability capability : capabilities) {
            ids.add(capability.id());
            if (capability.metadata().containsKey(FALLBACK)) {
                having.add(capability);
            }
        }
        return having.stream()
                .filter(capability -> !ids.contains(capability.metadata().get(FALLBACK)))
                .map(capability -> new Problem(
                        Severity.WARNING,
                        capability.source(),
                        FALLBACK + ": there is no capability \""
                                + Excerpt.of(
                                        String.valueOf(capability.metadata().get(FALLBACK))) + "\"; "
                                + capability.id() + " has no fallback until there is"))
                .toList();
    }
}
