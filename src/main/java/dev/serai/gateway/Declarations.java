package dev.serai.gateway;

import dev.serai.capability.Catalog;
import dev.serai.capability.CatalogLoader;
import dev.serai.http.LocalServers;
import dev.serai.http.LocalSettings;
import dev.serai.http.Unasked;
import dev.serai.http.UpstreamNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads declarations as a gateway would that is started here, without starting one. */
public final class Declarations {
    private Declarations() {}

    /**
     * The names of the servers that a gateway started with these would list as commands.
     *
     * @throws StartException where a setting has no usable value
     */
    public static Set<String> listedServers(GatewayOptions options, Function<String, @Nullable String> environment)
            throws StartException {
        return StdioSettings.names(settings(options, environment));
    }

    /**
     * The names of the networks that a gateway started with these would know.
     *
     * @throws StartException where a setting has no usable value
     */
    public static Set<String> listedNetworks(GatewayOptions options, Function<String, @Nullable String> environment)
            throws StartException {
        return NetworkSettings.names(settings(options, environment));
    }

    /**
     * The servers that a gateway started with these would list as commands, to be used without one.
     *
     * @throws StartException where a setting has no usable value
     */
    public static LocalServers openListed(GatewayOptions options, Function<String, @Nullable String> environment)
            throws StartException {
        LocalSettings listed = StdioSettings.read(settings(options, environment), environment);
        Executor threads = work -> {
            Thread thread = new Thread(work, "serai-stdio");
            thread.setDaemon(true);
            thread.start();
        };
        return new ListedServers(listed, threads, new Unasked());
    }

    /**
     * What a gateway started with these would have between it and servers whose declaration names nothing else.
     *
     * @throws StartException where a setting has no usable value
     */
    public static UpstreamNetwork network(GatewayOptions options, Function<String, @Nullable String> environment)
            throws StartException {
        return NetworkSettings.read(settings(options, environment)).usual();
    }

    private static Settings settings(GatewayOptions options, Function<String, @Nullable String> environment)
            throws StartException {
        Path named = options.config();
        Path config = named == null ? options.home().resolve("config/application.properties") : named;
        return Settings.load(config, named != null, options.overrides(), environment);
    }

    /**
     * Reads all below the roots; see {@link CatalogLoader#load(List, int)}.
     *
     * @param home the folder that holds {@code config/application.properties}
     * @throws StartException where a setting has no usable value
     */
    public static Catalog load(Path home, Function<String, @Nullable String> environment, List<Path> roots)
            throws StartException {
        Path config = home.resolve("config/application.properties");
        Settings settings = Settings.load(config, false, Map.of(), environment);
        return CatalogLoader.load(roots, settings.number(Setting.MAX_METADATA));
    }
}
