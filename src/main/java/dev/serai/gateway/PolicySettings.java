package dev.serai.gateway;

import dev.serai.capability.PolicyValues;
import dev.serai.flow.PolicyDefaults;
import dev.serai.flow.ServerUrls;
import dev.serai.invocation.CapabilityException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Policies for many capabilities: {@code serai.policy.provider.PROVIDER.POLICY}, and {@code serai.policy.server.NAME.POLICY}
 * beside {@code serai.policy.server.NAME.url}. A policy is written as in declarations, with points and dashes.
 */
final class PolicySettings {
    private static final Pattern ONE =
            Pattern.compile("serai\\.policy\\.(provider|server)\\.([a-z0-9][a-z0-9_-]{0,63})\\.([a-z][a-z.-]{0,63})");
    private static final String URL = "url";

    private PolicySettings() {}

    /** Whether this is the name of such a setting. */
    static boolean isOne(String name) {
        return ONE.matcher(name).matches();
    }

    /** @throws StartException for one that cannot be meant, naming it */
    static PolicyDefaults read(Settings settings) throws StartException {
        Map<String, Map<String, PolicyDefaults.Default>> providers = new HashMap<>();
        Map<String, Map<String, PolicyDefaults.Default>> servers = new HashMap<>();
        for (String name : settings.names()) {
            Matcher one = ONE.matcher(name);
            if (one.matches() && !one.group(3).equals(URL)) {
                boolean ofServer = one.group(1).equals("server");
                String whose =
                        ofServer ? url(settings, one.group(2)) : one.group(2).replace('-', '_');
                String key = "policy_" + one.group(3).replaceAll("[.-]", "_");
                (ofServer ? servers : providers)
                        .computeIfAbsent(whose, any -> new HashMap<>())
                        .put(key, policy(settings, name, key));
            }
        }
        return new PolicyDefaults(providers, servers);
    }

    private static PolicyDefaults.Default policy(Settings settings, String name, String key) throws StartException {
        String value = String.valueOf(settings.text(name)).strip();
        String problem = PolicyValues.problem(key, value);
        if (problem != null) {
            throw new StartException(name + ": " + problem, null);
        }
        return new PolicyDefaults.Default(value, name);
    }

    private static String url(Settings settings, String server) throws StartException {
        String setting = "serai.policy.server." + server + "." + URL;
        String url = settings.text(setting);
        try {
            if (url != null && !url.isBlank()) {
                return ServerUrls.normal(url.strip());
            }
        } catch (CapabilityException e) {
            throw new StartException(setting + ": expected http(s)://host/path without user information", e);
        }
        throw new StartException(
                setting + " is missing: expected the server_url of the capabilities that are meant", null);
    }
}
