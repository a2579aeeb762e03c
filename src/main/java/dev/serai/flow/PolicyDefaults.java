package dev.serai.flow;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Policies that the operator sets for all capabilities of a server, or of a provider, that do not declare their own. */
public final class PolicyDefaults {
    /** What sharing an answer needs. */
    private static final String IDEMPOTENT = "policy_idempotent";

    private final Map<String, Map<String, Default>> providers;
    private final Map<String, Map<String, Default>> servers;

    /**
     * Those of a server go before those of a provider.
     *
     * @param providers policies by their keys, such as {@code policy_timeout}, by the name of the provider
     * @param servers the same by the URL, as {@link ServerUrls#normal} writes it
     */
    public PolicyDefaults(Map<String, Map<String, Default>> providers, Map<String, Map<String, Default>> servers) {
        this.providers = Map.copyOf(providers);
        this.servers = Map.copyOf(servers);
    }

    /**
     * One policy.
     *
     * @param setting that sets it
     */
    public record Default(String value, String setting) {}

    /** The metadata with these where they declare nothing. */
    Map<String, String> under(Map<String, String> metadata, String provider, String server) {
        if (providers.isEmpty() && servers.isEmpty()) {
            return metadata;
        }
        Map<String, String> all = new HashMap<>();
        providers.getOrDefault(provider, Map.of()).forEach((key, policy) -> all.put(key, policy.value()));
        ofServer(server).forEach((key, policy) -> all.put(key, policy.value()));
        if (!"true".equals(metadata.get(IDEMPOTENT))) {
            all.remove("policy_cache_ttl");
            all.remove("policy_coalesce");
        }
        all.putAll(metadata);
        return all;
    }

    /** What is set for one replica holds for all. */
    private Map<String, Default> ofServer(String server) {
        for (String url : ServerUrls.replicas(server)) {
            Map<String, Default> found = servers.get(url);
            if (found != null) {
                return found;
            }
        }
        return Map.of();
    }

    /** The setting that sets a policy which is not declared; {@code null} where none does. */
    @Nullable
    String setting(String key, String provider, String server) {
        Default found = ofServer(server).get(key);
        if (found == null) {
            found = providers.getOrDefault(provider, Map.of()).get(key);
        }
        return found == null ? null : found.setting();
    }
}
