package dev.serai.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which refusals mean that the session is gone, {@code session_lost_when}: conditions separated by
 * commas. {@code 404} is an HTTP status; {@code 400:-32000} a status with a JSON-RPC error code;
 * {@code 400:-32000~session} also a word of its message; {@code 400:-} a status whose body is no
 * JSON-RPC error.
 */
final class LossRules {
    static final LossRules DEFAULT = parse("404");
    private static final int NOT_FOUND = 404;

    private final List<Rule> rules;

    private LossRules(List<Rule> rules) {
        this.rules = rules;
    }

    /** @throws IllegalArgumentException naming the condition that cannot be read */
    static LossRules parse(String text) {
        List<Rule> rules = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            rules.add(Rule.parse(part.trim()));
        }
        return new LossRules(List.copyOf(rules));
    }

    boolean match(int status, @Nullable Integer rpcCode, @Nullable String rpcMessage) {
        for (Rule rule : rules) {
            if (rule.matches(status, rpcCode, rpcMessage)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this status can also mean a bad request, so that it proves nothing about the session. */
    static boolean ambiguous(int status) {
        return status != NOT_FOUND;
    }

    private record Rule(
            int status,
            boolean anyBody,
            @Nullable Integer rpcCode,
            @Nullable String word) {
        static Rule parse(String text) {
            try {
                int colon = text.indexOf(':');
                if (colon < 0) {
                    return new Rule(Integer.parseInt(text), true, null, null);
                }
                int status = Integer.parseInt(text.substring(0, colon).trim());
                String code = text.substring(colon + 1).trim();
                if (code.equals("-")) {
                    return new Rule(status, false, null, null);
                }
                int tilde = code.indexOf('~');
                String number = tilde < 0 ? code : code.substring(0, tilde);
                String word =
                        tilde < 0 ? null : code.substring(tilde + 1).trim().toLowerCase(Locale.ROOT);
                return new Rule(status, false, Integer.valueOf(number.trim()), word);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "session_lost_when: cannot read \"" + text
                                + "\"; expected conditions such as 404, 400:-32000~session or 400:-",
                        e);
            }
        }

        private static boolean mentions(@Nullable String message, String word) {
            return message != null && message.toLowerCase(Locale.ROOT).contains(word);
        }

        boolean matches(int status, @Nullable Integer rpcCode, @Nullable String rpcMessage) {
            if (status != this.status) {
                return false;
            }
            if (anyBody) {
                return true;
            }
            if (this.rpcCode == null) {
                return rpcCode == null;
            }
            return this.rpcCode.equals(rpcCode) && (word == null || mentions(rpcMessage, word));
        }
    }
}
