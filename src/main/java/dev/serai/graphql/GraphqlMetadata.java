package dev.serai.graphql;

import dev.serai.capability.Durations;
import dev.serai.capability.ProviderMetadata;
import dev.serai.web.LoginKeys;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The keys of GraphQL servers. */
public final class GraphqlMetadata implements ProviderMetadata {
    private static final Set<String> OWN = Set.of(
            "query",
            "operation_name",
            "endpoint",
            "partial",
            "result",
            "persisted",
            "persisted_hash",
            "login_query",
            "logout_query",
            "init",
            "end_count",
            "end_after");
    private static final Map<String, Set<String>> CHOICES = Map.of(
            "partial", Set.of("fail", "accept"),
            "result", Set.of("data", "whole"),
            "persisted", Set.of("true", "false"),
            "transport", Set.of(GraphqlSocket.TRANSPORT),
            "init", Set.of("none", "credential"));
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,3}|10000");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    @Override
    public Set<String> providers() {
        return Set.of("graphql");
    }

    @Override
    public Map<String, String> otherNames(Map<String, String> block) {
        return block.getOrDefault("endpoint", "").startsWith("http") ? Map.of("endpoint", "server_url") : Map.of();
    }

    @Override
    public void check(Map<String, String> block, Findings found) {
        String hash = block.get("persisted_hash");
        if (block.getOrDefault("query", "").isBlank() && hash == null) {
            found.error("query", "is missing: expected the text of a query or mutation");
        }
        if (hash != null && !HASH.matcher(hash).matches()) {
            found.error("persisted_hash", "expected the SHA-256 of the query, 64 hexadecimal digits in lower case");
        }
        CHOICES.forEach((key, values) -> {
            String value = block.get(key);
            if (value != null && !values.contains(value)) {
                found.error(
                        key,
                        "expected "
                                + String.join(" or ", values.stream().sorted().toList()) + ", was \"" + value + "\"");
            }
        });
        String endpoint = block.get("endpoint");
        if (endpoint != null && !endpoint.startsWith("/")) {
            found.error("endpoint", "expected a path that begins with /, or a URL where there is no server_url");
        }
        checkSubscription(block, found);
        if ("true".equals(block.get("requires_session"))
                && !block.containsKey("login_query")
                && !block.containsKey("transport")) {
            found.error("requires_session", "a session needs login_query, the mutation that opens it");
        }
        LoginKeys.check(block, found);
        Set<String> known = new HashSet<>(OWN);
        known.addAll(LoginKeys.NAMES);
        ProviderMetadata.warnOfUnknown(block, known, found);
    }

    private static void checkSubscription(Map<String, String> block, Findings found) {
        String count = block.get("end_count");
        if (count != null && !COUNT.matcher(count).matches()) {
            found.error("end_count", "expected a whole number from 1 to 10000, was \"" + count + "\"");
        }
        String after = block.get("end_after");
        if (after != null && !isTime(after)) {
            found.error("end_after", "expected a duration above 0 and up to 24h, such as 5s, was \"" + after + "\"");
        }
        boolean subscribes = OperationKind.isSubscription(block.get("query"), block.get("operation_name"));
        for (String key : new String[] {"end_count", "end_after"}) {
            if (block.containsKey(key) && !subscribes) {
                found.error(key, "is of subscriptions only, and the query is none");
            }
        }
        boolean socket = block.containsKey("transport");
        if (socket && block.getOrDefault("requires_session", "false").equals("false")) {
            found.error("requires_session", "expected true: with the transport ws a connection is the session");
        }
        if (socket && block.containsKey("login_query")) {
            found.error("login_query", "with the transport ws a connection is the session; see init");
        }
        if (block.containsKey("init") && !socket) {
            found.error("init", "is of the transport ws only");
        }
    }

    private static boolean isTime(String text) {
        try {
            Duration time = Durations.parse(text);
            return !time.isZero() && time.compareTo(Duration.ofDays(1)) <= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
