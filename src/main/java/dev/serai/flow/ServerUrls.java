package dev.serai.flow;

import dev.serai.capability.Capability;
import dev.serai.capability.ServerList;
import dev.serai.http.LocalServers;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out which server a declaration means, and writes its URL the one way that makes equal servers equal. */
public final class ServerUrls {
    private static final String EMBEDDED = "embedded:";
    /** In no URL. */
    private static final String BETWEEN = " ";

    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");

    private final Function<String, @Nullable String> environment;
    private final Function<String, @Nullable URI> embedded;

    /**
     * @param environment values of environment variables by name
     * @param embedded starts the in-process server of this name and returns its address; {@code null} where there is none
     */
    public ServerUrls(Function<String, @Nullable String> environment, Function<String, @Nullable URI> embedded) {
        this.environment = environment;
        this.embedded = embedded;
    }

    /**
     * The normalised URL, or those of the replicas with a space between them; empty where the declaration names no server.
     * Starts nothing.
     */
    String declared(Capability capability) {
        String variable = capability.providerSetting("server_url_override_env");
        String override = variable == null ? null : environment.apply(variable);
        String url =
                override == null || override.isBlank() ? capability.providerSetting("server_url") : override.trim();
        if (url == null || url.isBlank()) {
            return "";
        }
        String source = override == null ? null : variable;
        return servers(url, source).stream()
                .map(one -> isNamed(one) ? one : normalise(one, source))
                .collect(Collectors.joining(BETWEEN));
    }

    /** The replicas of a server that {@link #declared} has written. */
    static List<String> replicas(String declared) {
        return List.of(declared.split(BETWEEN));
    }

    private static List<String> servers(String url, @Nullable String variable) {
        try {
            return ServerList.of(url);
        } catch (IllegalArgumentException e) {
            throw unusable(variable, e);
        }
    }

    /**
     * How a declared URL is written here.
     *
     * @throws CapabilityException for one that cannot be used
     */
    public static String normal(String url) {
        return isNamed(url) ? url : normalise(url, null);
    }

    private static boolean isNamed(String url) {
        return url.startsWith(EMBEDDED) || LocalServers.isLocal(url);
    }

    /** Whether {@link #reachable} has nothing to start. */
    boolean isReachable(String declared) {
        return !declared.startsWith(EMBEDDED);
    }

    /** The address to call; starts an embedded server when it is first needed. */
    String reachable(String declared) {
        if (!declared.startsWith(EMBEDDED)) {
            return declared;
        }
        String name = declared.substring(EMBEDDED.length());
        URI uri = embedded.apply(name);
        if (uri == null) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE, "there is no embedded server named \"" + name + "\"");
        }
        return uri.toString();
    }

    private static String normalise(String url, @Nullable String variable) {
        try {
            URI uri = URI.create(url);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getHost() == null || !SCHEMES.contains(scheme) || uri.getUserInfo() != null) {
                throw new IllegalArgumentException("expected a scheme, a host and no user information");
            }
            int port = uri.getPort() == defaultPort(scheme) ? -1 : uri.getPort();
            String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (port < 0 ? "" : ":" + port) + path
                    + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        } catch (IllegalArgumentException e) {
            throw unusable(variable, e);
        }
    }

    private static CapabilityException unusable(@Nullable String variable, IllegalArgumentException cause) {
        String where = variable == null ? "the declared server URL" : "the URL in environment variable " + variable;
        return new CapabilityException(
                ErrorCode.UPSTREAM_UNAVAILABLE,
                where
                        + " is not usable: expected http(s):// or ws(s)://host/path without user information, a list of such, or "
                        + LocalServers.SCHEME + "name",
                cause);
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") || scheme.equals("wss") ? 443 : 80;
    }
}
