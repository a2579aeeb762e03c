package dev.serai.capability;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the provider and whether it wants a session: what precedes {@code _requires_session} is the provider; without
 * such a key, {@code provider:} names it, else it is the only metadata block that is about no one else.
 */
final class ProviderRule {
    static final String SUFFIX = "_requires_session";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Set<String> COMMON = Set.of("session", "policy", "access", "discovery");

    private final Problems problems;
    private final FlatMetadata metadata;
    private final @Nullable String declared;
    private final int line;

    /**
     * @param declared the text of {@code provider:}, {@code null} where there is none
     * @param line where the declaration starts
     */
    ProviderRule(Problems problems, FlatMetadata metadata, @Nullable String declared, int line) {
        this.problems = problems;
        this.metadata = metadata;
        this.declared = declared;
        this.line = line;
    }

    /**
     * What the metadata say.
     *
     * @param sessionKey the key that asked for a session; {@code null} where none did
     */
    record Choice(
            @Nullable String provider,
            SessionMode mode,
            @Nullable String sessionKey) {}

    Choice choose() {
        List<String> keys = new ArrayList<>();
        List<String> asking = new ArrayList<>();
        for (Map.Entry<String, String> entry : metadata.values().entrySet()) {
            String key = entry.getKey();
            if (isSessionKey(key)) {
                keys.add(key);
                if (mode(key) != SessionMode.NONE) {
                    asking.add(key);
                }
            }
        }
        if (asking.size() > 1) {
            problems.error(
                    metadata.line(asking.get(1)),
                    String.join(" and ", asking) + " ask for sessions of different providers: keep one of them");
            return none(null);
        }
        if (asking.size() == 1) {
            String key = asking.get(0);
            return new Choice(agreed(prefix(key)), mode(key), key);
        }
        return none(keys.size() == 1 ? agreed(prefix(keys.get(0))) : unasked());
    }

    private boolean isSessionKey(String key) {
        String lower = metadata.facts(key).lowerCase();
        if (lower.equals("requires_session") || lower.equals(SUFFIX)) {
            problems.error(
                    metadata.line(key),
                    "requires_session has no provider prefix: put it into the provider's block, or write"
                            + " <provider>_requires_session");
            return false;
        }
        if (!lower.endsWith(SUFFIX)) {
            return false;
        }
        if (!key.endsWith(SUFFIX) || !NAME.matcher(prefix(key)).matches()) {
            problems.error(
                    metadata.line(key), key + " must be written in lower case: expected <provider>_requires_session");
            return false;
        }
        return true;
    }

    private static String prefix(String key) {
        return key.substring(0, key.length() - SUFFIX.length());
    }

    private SessionMode mode(String key) {
        String value = String.valueOf(metadata.values().get(key));
        return switch (value) {
            case "true" -> SessionMode.REQUIRED;
            case "auto" -> SessionMode.AUTO;
            default -> SessionMode.NONE;
        };
    }

    private static Choice none(@Nullable String provider) {
        return new Choice(provider, SessionMode.NONE, null);
    }

    private String agreed(String provider) {
        String other = declared == null ? null : name(declared);
        if (other != null && !other.equals(provider)) {
            problems.warning(
                    line,
                    "provider \"" + Excerpt.of(other) + "\" is not used: " + provider + SUFFIX + " names " + provider);
        }
        return provider;
    }

    private @Nullable String unasked() {
        String named = declared == null ? null : name(declared);
        if (named != null) {
            return named;
        }
        String block = onlyBlock(metadata);
        if (block == null && declared != null) {
            problems.warning(
                    line,
                    "provider \"" + Excerpt.of(declared) + "\" is no provider name (lower-case letters, digits, _), and"
                            + " no single metadata block gives one: the capability is unavailable");
        } else if (block == null) {
            problems.warning(line, "no provider: write provider: or one metadata block named like the provider");
        }
        return block;
    }

    /** The only block besides the common ones; {@code null} where there is none or more than one. */
    static @Nullable String onlyBlock(FlatMetadata metadata) {
        Set<String> blocks = new LinkedHashSet<>(metadata.blocks());
        blocks.removeAll(COMMON);
        if (blocks.isEmpty()) {
            blocks.addAll(metadata.flatBlocks());
            blocks.removeAll(COMMON);
        }
        String only = blocks.size() == 1 ? blocks.iterator().next() : null;
        return only != null && NAME.matcher(only).matches() ? only : null;
    }

    /** A provider name from what was declared, {@code REST} and {@code my-api} included; {@code null} for other text. */
    static @Nullable String name(String declared) {
        String name = FlatMetadata.normal(declared).toLowerCase(Locale.ROOT);
        return NAME.matcher(name).matches() ? name : null;
    }
}
