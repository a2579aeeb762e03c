package dev.serai.rest;

import dev.serai.capability.ProviderMetadata;
import dev.serai.web.LoginKeys;
import java.util.HashMap;
import java.util.HashSet;
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
            "login_path",
            "login_method",
            "login_type",
            "logout_path",
            "logout_method");
    private static final Map<String, String> OTHER_NAMES =
            Map.of("base_url", "server_url", "endpoint_method", "method", "endpoint_path", "path");
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
}
