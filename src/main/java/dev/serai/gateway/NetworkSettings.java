package dev.serai.gateway;

import dev.serai.http.UpstreamNetwork;
import dev.serai.http.UpstreamNetworks;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What lies between the gateway and its upstreams: {@code serai.upstream.tls.…}, {@code .proxy} and {@code .no-proxy}, and
 * the same below {@code serai.upstream.network.NAME} for declarations that name it. What such a one does not set is as for all.
 */
final class NetworkSettings {
    private static final String ALL = "serai.upstream";
    private static final String PREFIX = ALL + ".network.";
    private static final Pattern ONE = Pattern.compile(
            "serai\\.upstream\\.network\\.([a-z0-9][a-z0-9-]{0,63})\\.(tls\\.ca|tls\\.certificate|tls\\.key|proxy|no-proxy)");

    private final Settings settings;

    private NetworkSettings(Settings settings) {
        this.settings = settings;
    }

    /** Whether this is the name of a setting of a named one. */
    static boolean isOne(String name) {
        return ONE.matcher(name).matches();
    }

    /** The names that declarations may use. */
    static Set<String> names(Settings settings) {
        Set<String> names = new TreeSet<>();
        for (String name : settings.names()) {
            Matcher one = ONE.matcher(name);
            if (one.matches()) {
                names.add(one.group(1));
            }
        }
        return names;
    }

    /** @throws StartException where one cannot be used, naming its setting */
    static UpstreamNetworks read(Settings settings) throws StartException {
        NetworkSettings read = new NetworkSettings(settings);
        try {
            Map<String, UpstreamNetwork> named = new HashMap<>();
            for (String name : names(settings)) {
                named.put(name, read.network(PREFIX + name));
            }
            return new UpstreamNetworks(read.network(ALL), named);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private UpstreamNetwork network(String prefix) {
        boolean ownCertificate = text(prefix + ".tls.certificate") != null || text(prefix + ".tls.key") != null;
        String shown = ownCertificate ? prefix : ALL;
        String direct = inherited(prefix, ".no-proxy");
        return UpstreamNetwork.read(
                prefix,
                file(inherited(prefix, ".tls.ca")),
                file(text(shown + ".tls.certificate")),
                file(text(shown + ".tls.key")),
                inherited(prefix, ".proxy"),
                direct == null ? "" : direct);
    }

    private @Nullable String inherited(String prefix, String setting) {
        String own = text(prefix + setting);
        return own == null ? text(ALL + setting) : own;
    }

    private @Nullable String text(String setting) {
        String text = settings.text(setting);
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static @Nullable Path file(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }
}
