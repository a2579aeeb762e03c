package dev.serai.invocation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What roles, and scopes, look like. */
public final class Roles {
    /** The form of one role, in words. */
    public static final String EXPECTED = "1 to 128 visible ASCII characters without comma, quote or backslash";

    private static final int MOST = 100;
    private static final Pattern ROLE = Pattern.compile("[!#-+\\--Z\\]-~]{1,128}");

    private Roles() {}

    public static boolean isRole(String text) {
        return ROLE.matcher(text).matches();
    }

    /**
     * Reads one role, or a list of roles as JSON text; {@code null} for anything else, an empty list too.
     */
    public static @Nullable Set<String> listed(String text) {
        if (!text.startsWith("[")) {
            return isRole(text) ? Set.of(text) : null;
        }
        try {
            Set<String> roles = new HashSet<>();
            for (JsonNode role : Json.MAPPER.readTree(text)) {
                if (!role.isTextual() || !isRole(role.asText())) {
                    return null;
                }
                roles.add(role.asText());
            }
            return roles.isEmpty() || roles.size() > MOST ? null : roles;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /**
     * Reads roles separated by commas or spaces; none for a blank text.
     *
     * @throws IllegalArgumentException for what is no role
     */
    public static Set<String> parse(String text) {
        Set<String> roles = Arrays.stream(text.split("[,\\s]+"))
                .filter(role -> !role.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        if (!roles.stream().allMatch(Roles::isRole)) {
            throw new IllegalArgumentException("expected roles separated by commas, each " + EXPECTED);
        }
        return roles;
    }
}
