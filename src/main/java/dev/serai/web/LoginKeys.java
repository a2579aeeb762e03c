package dev.serai.web;

import com.fasterxml.jackson.core.JsonPointer;
import dev.serai.capability.ProviderMetadata.Findings;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of a login, in the block of any provider that has one. */
public final class LoginKeys {
    /** What they are called, without the provider's name. */
    public static final Set<String> NAMES = Set.of(
            "login_fields",
            "login_body",
            "login_token",
            "login_cookie",
            "login_csrf",
            "login_expires",
            "token_header",
            "token_scheme",
            "csrf_header");

    private static final Pattern HEADER = Pattern.compile("(?!(?i)camel|capability|serai)[A-Za-z0-9-]{1,128}");

    private LoginKeys() {}

    /** Whether a header of this name goes out: one with {@code _}, or that begins like one of the gateway, does not. */
    public static boolean isHeader(String name) {
        return HEADER.matcher(name).matches();
    }

    /** Looks at what is there. */
    public static void check(Map<String, String> block, Findings found) {
        for (String key : new String[] {"token_header", "csrf_header"}) {
            String name = block.get(key);
            if (name != null && !isHeader(name)) {
                found.error(key, "expected the name of a header: letters, digits and -, was \"" + name + "\"");
            }
        }
        for (String key : new String[] {"login_token", "login_csrf", "login_expires"}) {
            String where = block.get(key);
            if (where != null && (where.startsWith("/") || key.equals("login_expires")) && !isPointer(where)) {
                found.error(key, "expected a JSON pointer such as /data/token, was \"" + where + "\"");
            }
        }
        String body = block.get("login_body");
        if (body != null && !Login.isObject(body)) {
            found.error("login_body", "expected a JSON object as text");
        }
    }

    private static boolean isPointer(@Nullable String text) {
        try {
            return text != null && JsonPointer.compile(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
