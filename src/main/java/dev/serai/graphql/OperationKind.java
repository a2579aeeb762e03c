package dev.serai.graphql;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the text of a query asks for (GraphQL, October 2021, section 2.3). */
final class OperationKind {
    private static final Pattern IGNORED = Pattern.compile(
            "#[^\\n\\r]*|\"\"\"(?:[^\"]|\"(?!\"\")|\\\\\"\"\")*+\"\"\"|\"(?:[^\"\\\\\\n\\r]|\\\\.)*+\"");
    private static final Pattern WORD = Pattern.compile("[{}()]|[_A-Za-z][_0-9A-Za-z]*");

    private static final Set<String> KINDS = Set.of("query", "mutation", "subscription", "fragment");

    private OperationKind() {}

    /**
     * Whether it is a subscription.
     *
     * @param name of the operation, where the text has several; {@code null} for the first
     */
    static boolean isSubscription(@Nullable String query, @Nullable String name) {
        if (query == null || !query.contains("subscription")) {
            return false;
        }
        Matcher word = WORD.matcher(IGNORED.matcher(query).replaceAll(" "));
        int depth = 0;
        boolean subscribes = false;
        // A name follows it, which may be such a word itself.
        boolean kind = false;
        boolean fragment = false;
        while (word.find()) {
            switch (word.group()) {
                case "{" -> {
                    kind = false;
                    depth++;
                    if (name == null && !fragment) {
                        return subscribes;
                    }
                }
                case "(" -> depth++;
                case "}", ")" -> depth--;
                default -> {
                    if (depth > 0) {
                        continue;
                    }
                    if (kind) {
                        if (word.group().equals(name)) {
                            return subscribes;
                        }
                        kind = false;
                    } else if (KINDS.contains(word.group())) {
                        kind = true;
                        subscribes = word.group().equals("subscription");
                        fragment = word.group().equals("fragment");
                    }
                }
            }
        }
        return false;
    }
}
