package dev.serai.gateway;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is started with.
 *
 * @param home the folder that holds routes/, capabilities/ and config/
 * @param capabilities folders of declarations; empty means {@code home/capabilities}
 * @param routes folders of routes beside {@code home/routes}
 * @param config the properties file; {@code null} means {@code home/config/application.properties}
 * @param overrides settings that win over file and environment
 * @param fallbacks settings that hold where nothing else says anything, instead of the usual defaults
 * @param http whether to listen; {@code false} starts neither listener nor entry routes
 */
public record GatewayOptions(
        Path home,
        List<Path> capabilities,
        List<Path> routes,
        @Nullable Path config,
        Map<String, String> overrides,
        Map<String, String> fallbacks,
        boolean http) {

    /** With the usual defaults. */
    public GatewayOptions(
            Path home,
            List<Path> capabilities,
            List<Path> routes,
            @Nullable Path config,
            Map<String, String> overrides,
            boolean http) {
        this(home, capabilities, routes, config, overrides, Map.of(), http);
    }
}
