package dev.serai.credential;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists of scopes: tokens with single spaces between (RFC 6749 section 3.3). */
public final class ScopeText {
    /** The most that is asked for or listened to. */
    public static final int MOST = 64;

    private static final int LONGEST = 4_096;

    private ScopeText() {}

    /** The scopes in their order; {@code null} where the text is no list of at most 64 scopes. */
    public static @Nullable Set<String> read(String text) {
        Set<String> scopes = new LinkedHashSet<>();
        if (text.length() > LONGEST) {
            return null;
        }
        for (String scope : text.strip().split(" +", -1)) {
            if (!scope.isEmpty() && !scope.chars().allMatch(ScopeText::isAllowed)) {
                return null;
            }
            if (!scope.isEmpty()) {
                scopes.add(scope);
            }
        }
        return scopes.size() > MOST ? null : Collections.unmodifiableSet(scopes);
    }

    private static boolean isAllowed(int c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\';
    }
}
