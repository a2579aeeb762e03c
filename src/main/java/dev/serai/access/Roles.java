package dev.serai.access;

import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What roles, and scopes, look like. */
public final class Roles {
    /** The form of one role, in words. */
    public static final String EXPECTED = "1 to 128 visible ASCII characters without comma, quote or backslash";

    private static final Pattern ROLE = Pattern.compile("[!#-+\\--\\[\\]-~]{1,128}");

    private Roles() {}

    public static boolean isRole(String text) {
        return ROLE.matcher(text).matches();
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
