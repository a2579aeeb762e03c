package dev.serai.rest;

import dev.serai.capability.ProviderMetadata;
import dev.serai.web.LoginKeys;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of HTTP APIs, hand-written or imported. */
public final class RestMetadata implements ProviderMetadata {
    private static final Set<String> OWN = Set.of(
            "method",
            "path",
            "parameters",
            "body_type",
            "body_argument",
            "body_files",
            "body_fields",
            "result",
            "accept",
            "bulk_path",
            "bulk_method",
            "bulk_items",
            "bulk_results",
            "bulk_error",
            "login_path",
            "login_method",
            "login_type",
            "logout_path",
            "logout_method");
    private static final Map<String, String> OTHER_NAMES =
            Map.of("base_url", "server_url", "endpoint_method", "method", "endpoint_path", "path");
    private static final Set<String> BULK_METHODS = Set.of("POST", "PUT", "PATCH");
    private static final List<String> BULK_PLACES = List.of("bulk_items", "bulk_results", "bulk_error");
    private static final List<String> BULK = List.of("bulk_method", "bulk_items", "bulk_results", "bulk_error");
    private static final Set<String> LOGINS = Set.of("json", "form", "header");

    @Override
    public Set<String> providers() {
        return Set.of("rest", "openapi");
    }

    @Override
    public Map<String, String> otherNames(Map<String, String> block) {
        Map<String, String> names = new HashMap<>(OTHER_NAMES);
        names.keySet().retainAll(block.keySet());
        return names;
    }

    @Override
    public void check(Map<String, String> block, Findings found) {
        try {
            Operation.of(block);
        } catch (Operation.Wrong e) {
            found.error(e.key(), String.valueOf(e.getMessage()));
        }
        checkBulk(block, found);
        String type = block.getOrDefault("login_type", "json");
        if (!LOGINS.contains(type)) {
            found.error("login_type", "expected json, form or header, was \"" + type + "\"");
        }
        if ("true".equals(block.get("requires_session")) && !block.containsKey("login_path")) {
            found.error("requires_session", "a session needs login_path, the path that opens it");
        }
        LoginKeys.check(block, found);
        Set<String> known = new HashSet<>(OWN);
        known.addAll(LoginKeys.NAMES);
        ProviderMetadata.warnOfUnknown(block, known, found);
    }

    private static void checkBulk(Map<String, String> block, Findings found) {
        String path = block.get("bulk_path");
        for (String key : BULK) {
            if (path == null && block.containsKey(key)) {
                found.error(key, "is of no use without bulk_path, the path of the bulk operation");
            }
        }
        if (path == null) {
            return;
        }
        if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || "?#{}".indexOf(c) >= 0)) {
            found.error("bulk_path", "expected a path such as /pets/bulk, without query, blanks and {places}");
        }
        if (!BULK_METHODS.contains(block.getOrDefault("bulk_method", "POST"))) {
            found.error("bulk_method", "expected POST, PUT or PATCH, was \"" + block.get("bulk_method") + "\"");
        }
        for (String key : BULK_PLACES) {
            String place = block.getOrDefault(key, "");
            if (!place.isEmpty() && !place.startsWith("/")) {
                found.error(key, "expected a JSON pointer (RFC 6901) such as /items, was \"" + place + "\"");
            }
        }
        if ("whole".equals(block.get("result"))) {
            found.error("result", "a result of a bulk operation has no status and headers of its own: expected body");
        }
    }
}
