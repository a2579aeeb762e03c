package dev.serai.http;

import dev.serai.capability.Capability;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What lies between the gateway and its upstreams: in the usual way, and for those whose declaration names a way that the
 * operator lists.
 *
 * @param usual where a declaration names none
 * @param named by the names that declarations use
 */
public record UpstreamNetworks(UpstreamNetwork usual, Map<String, UpstreamNetwork> named) {
    private static final String KEY = "network";

    /** Nothing is set, nothing is listed. */
    public static final UpstreamNetworks PLAIN = new UpstreamNetworks(UpstreamNetwork.PLAIN, Map.of());

    public UpstreamNetworks {
        named = Map.copyOf(named);
    }

    /** The name that a declaration gives; {@code null} where it gives none. */
    public static @Nullable String declared(Capability capability) {
        return capability.providerSetting(KEY);
    }

    /** Why a declaration cannot be called, as far as this goes; {@code null} where it can. */
    public static @Nullable String reasonUnavailable(Capability capability, Set<String> listed) {
        String name = declared(capability);
        return name == null || listed.contains(name)
                ? null
                : "no serai.upstream.network." + name + ".… is configured, "
                        + (listed.isEmpty() ? "nor any other" : "there are " + new TreeSet<>(listed));
    }

    /** @throws CapabilityException {@code upstream_unavailable} where the operator lists no such name */
    UpstreamNetwork of(Capability capability) {
        String name = declared(capability);
        UpstreamNetwork found = name == null ? usual : named.get(name);
        if (found == null) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE, String.valueOf(reasonUnavailable(capability, named.keySet())));
        }
        return found;
    }
}
