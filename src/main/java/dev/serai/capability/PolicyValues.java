package dev.serai.capability;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks policies that hold for many declarations and stand outside of them. */
public final class PolicyValues {
    /** What only whoever writes a declaration knows, or what connections take from it. */
    private static final Set<String> OF_ONE = Set.of("policy_idempotent", "policy_timeout_connect");

    private PolicyValues() {}

    /**
     * What is wrong with it; {@code null} where nothing is.
     *
     * @param key such as {@code policy_timeout}
     */
    public static @Nullable String problem(String key, String value) {
        MetadataVocabulary.Key known = MetadataVocabulary.find(key);
        if (known == null || !key.startsWith("policy_") || OF_ONE.contains(key)) {
            return "expected one of the policies that can be set for many: "
                    + String.join(
                            ", ",
                            PolicyKeys.LIMITS.stream()
                                    .map(MetadataVocabulary.Key::name)
                                    .filter(name -> !OF_ONE.contains(name))
                                    .map(name -> name.substring("policy_".length()))
                                    .toList());
        }
        return known.type().accepts(value) ? null : known.type().refusal(value);
    }
}
