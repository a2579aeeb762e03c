package dev.serai.graphql;

import dev.serai.capability.ProviderMetadata;
import dev.serai.web.LoginKeys;
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
            "logout_query");
    private static final Map<String, Set<String>> CHOICES = Map.of(
            "partial", Set.of("fail", "accept"),
            "result", Set.of("data", "whole"),
            "persisted", Set.of("true", "false"));
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
        if ("true".equals(block.get("requires_session")) && !block.containsKey("login_query")) {
            found.error("requires_session", "a session needs login_query, the mutation that opens it");
        }
        LoginKeys.check(block, found);
        Set<String> known = new HashSet<>(OWN);
        known.addAll(LoginKeys.NAMES);
        ProviderMetadata.warnOfUnknown(block, known, found);
    }
}
