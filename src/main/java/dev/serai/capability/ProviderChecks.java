package dev.serai.capability;

import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Has those who know a provider's metadata look at a declaration. */
final class ProviderChecks {
    private static final Map<String, ProviderMetadata> KNOWN = known();

    private ProviderChecks() {}

    private static Map<String, ProviderMetadata> known() {
        Map<String, ProviderMetadata> known = new HashMap<>();
        for (ProviderMetadata each : ServiceLoader.load(ProviderMetadata.class)) {
            each.providers().forEach(provider -> known.put(provider, each));
        }
        return known;
    }

    static void check(@Nullable String provider, FlatMetadata metadata, int line, Problems problems) {
        ProviderMetadata checker = provider == null ? null : KNOWN.get(provider);
        if (provider == null || checker == null) {
            return;
        }
        String prefix = provider + "_";
        checker.otherNames(ProviderMetadata.block(metadata.values(), provider)).forEach((from, to) -> {
            if (!metadata.values().containsKey(prefix + to)) {
                metadata.rename(prefix + from, prefix + to);
            }
        });
        checker.check(ProviderMetadata.block(metadata.values(), provider), new ProviderMetadata.Findings() {
            @Override
            public void error(String key, String what) {
                problems.error(line(key), prefix + key + ": " + what);
            }

            @Override
            public void warning(String key, String what) {
                problems.warning(line(key), prefix + key + ": " + what);
            }

            private int line(String key) {
                int known = metadata.line(prefix + key);
                return known == 0 ? line : known;
            }
        });
    }
}
