package dev.serai.capability;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which refusals mean that the session is gone, {@code session_lost_when}: conditions separated by
 * commas. {@code 404} is an HTTP status; {@code -32001} a JSON-RPC error code with whichever status;
 * {@code 400:-32000} both; {@code 400:-32000~session} also a word of the error's message; {@code 400:-}
 * a status whose body is no JSON-RPC error.
 */
public final class LossRules {
    /** What holds where neither the declaration nor the provider says anything. */
    public static final LossRules DEFAULT = parse("404");

    /** The conditions in words, for messages. */
    static final String EXPECTED = "conditions such as 404, -32001, 400:-32000, 400:-32000~session or 400:-";

    private static final int BAD_REQUEST = 400;
    private static final int MAX_RULES = 50;

    private final List<Rule> rules;

    private LossRules(List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Reads conditions, also in the form that a list has after flattening.
     *
     * @throws IllegalArgumentException naming the condition that cannot be read
     */
    public static LossRules parse(String text) {
        String list = text.strip();
        if (list.startsWith("[") && list.endsWith("]")) {
            list = list.substring(1, list.length() - 1).replace("\"", "");
        }
        List<Rule> rules = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            rules.add(Rule.parse(part.strip()));
        }
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException("more than " + MAX_RULES + " conditions");
        }
        return new LossRules(List.copyOf(rules));
    }

    /** Whether an answer with this status, and this JSON-RPC error where its body is one, says so. */
    public boolean match(int status, @Nullable Integer rpcCode, @Nullable String rpcMessage) {
        for (Rule rule : rules) {
            if (rule.matches(status, rpcCode, rpcMessage)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this status can also mean a bad request, so that it proves nothing about the session. */
    public static boolean ambiguous(int status) {
        return status == BAD_REQUEST;
    }

    /**
     * One condition.
     *
     * @param status {@code null} for any
     * @param rpcCode {@code null} for none in particular
     * @param word {@code null} for any message
     * @param noRpcError whether the body must not be a JSON-RPC error
     */
    private record Rule(
            @Nullable Integer status,
            @Nullable Integer rpcCode,
            @Nullable String word,
            boolean noRpcError) {
        private static final int LOWEST_STATUS = 100;
        private static final int HIGHEST_STATUS = 599;

        static Rule parse(String text) {
            try {
                int colon = text.indexOf(':');
                String first = colon < 0 ? text : text.substring(0, colon).strip();
                if (colon < 0 && first.startsWith("-")) {
                    return new Rule(null, Integer.valueOf(first), null, false);
                }
                int status = Integer.parseInt(first);
                if (status < LOWEST_STATUS || status > HIGHEST_STATUS) {
                    throw new NumberFormatException();
                }
                String rest = colon < 0 ? "" : text.substring(colon + 1).strip();
                if (colon < 0 || rest.equals("-")) {
                    return new Rule(status, null, null, colon >= 0);
                }
                int tilde = rest.indexOf('~');
                String code = tilde < 0 ? rest : rest.substring(0, tilde).strip();
                String word =
                        tilde < 0 ? null : rest.substring(tilde + 1).strip().toLowerCase(Locale.ROOT);
                return new Rule(status, Integer.valueOf(code), word, false);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("cannot read \"" + text + "\": expected " + EXPECTED, e);
            }
        }

        boolean matches(int actualStatus, @Nullable Integer code, @Nullable String message) {
            if (status != null && status != actualStatus) {
                return false;
            }
            if (rpcCode == null) {
                return !noRpcError || code == null;
            }
            return rpcCode.equals(code)
                    && (word == null
                            || (message != null
                                    && message.toLowerCase(Locale.ROOT).contains(word)));
        }
    }
}
