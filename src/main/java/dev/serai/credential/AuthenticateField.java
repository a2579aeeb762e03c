package dev.serai.credential;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads one value of {@code WWW-Authenticate} (RFC 9110, 11.6.1), as far as it can be read. */
final class AuthenticateField {
    private static final int LONGEST = 8_192;
    private static final int MOST = 64;

    private final String text;
    private int at;

    private AuthenticateField(String text) {
        this.text = text;
    }

    /** One challenge, its scheme and the names of its parameters in lower case. */
    record Part(String scheme, Map<String, String> parameters) {}

    static List<Part> parts(String value) {
        return new AuthenticateField(value.substring(0, Math.min(value.length(), LONGEST))).parts();
    }

    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        while (parts.size() <= MOST) {
            skip(" \t,");
            String word = word();
            if (word.isEmpty()) {
                break;
            }
            int end = at;
            skip(" \t");
            if (!takes('=')) {
                at = end;
                parts.add(new Part(word, new HashMap<>()));
            } else if (!parts.isEmpty() && !isPadding()) {
                parts.get(parts.size() - 1).parameters().putIfAbsent(word, value());
            }
        }
        return parts;
    }

    /** What follows the first {@code =} of a credential in place of parameters, such as {@code abc==}. */
    private boolean isPadding() {
        skip(" \t=");
        return at == text.length() || text.charAt(at) == ',';
    }

    private String value() {
        if (!takes('"')) {
            int start = at;
            while (at < text.length() && " \t,".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }
        StringBuilder quoted = new StringBuilder();
        while (at < text.length() && !takes('"')) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            quoted.append(text.charAt(at++));
        }
        return quoted.toString();
    }

    private String word() {
        int start = at;
        while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at).toLowerCase(Locale.ROOT);
    }

    private void skip(String characters) {
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean takes(char expected) {
        boolean there = at < text.length() && text.charAt(at) == expected;
        at += there ? 1 : 0;
        return there;
    }
}
