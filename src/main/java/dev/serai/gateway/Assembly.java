package dev.serai.gateway;

import dev.serai.capability.CapabilityStore;
import dev.serai.capability.CatalogReloader;
import dev.serai.entry.ReloadEntry;
import dev.serai.flow.Explainer;
import dev.serai.mcp.server.ServerEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/** Starts and stops the parts of a gateway in the right order. */
final class Assembly implements AutoCloseable {
    private static final Duration RELOAD_INTERVAL = Duration.ofMillis(500);

    private final Main main;
    private final Beans beans;
    private final CatalogReloader declarations;
    private final @Nullable RoutesReloader routes;

    private Assembly(Main main, Beans beans, CatalogReloader declarations, @Nullable RoutesReloader routes) {
        this.main = main;
        this.beans = beans;
        this.declarations = declarations;
        this.routes = routes;
    }

    static Assembly start(GatewayOptions options, Function<String, @Nullable String> environment)
            throws StartException {
        SecretLoggers.silence();
        IdleResets.silence();
        Path config =
                options.config() == null ? options.home().resolve("config/application.properties") : options.config();
        Settings settings =
                Settings.load(config, options.config() != null, options.overrides(), environment, options.fallbacks());
        LogSetup.apply(settings);
        RouteFiles files = routeFiles(options, settings);
        CatalogReloader declarations = new CatalogReloader(
                options.capabilities().isEmpty()
                        ? List.of(options.home().resolve("capabilities"))
                        : options.capabilities(),
                settings.number(Setting.MAX_METADATA));
        Main main = new Main();
        configure(main, settings);
        Reloads reloads = new Reloads(declarations);
        Loader loader = new Loader(settings, declarations.store(), reloads, files, environment, options.http());
        main.addMainListener(loader);
        try {
            main.start();
        } catch (Exception e) {
            main.stop();
            if (loader.beans != null) {
                loader.beans.close();
            }
            throw StartFailure.explain(e, settings);
        }
        Beans beans = loader.started();
        beans.routesKnown();
        RoutesReloader routes = null;
        if (options.http()) {
            routes = reloader(main.getCamelContext(), files, settings, beans);
            reloads.routes(routes);
            declarations.store().afterReplacing(beans.openings()::warm);
            beans.openings().warm();
        }
        if (routes != null && settings.flag(Setting.RELOAD)) {
            declarations.start(RELOAD_INTERVAL);
            routes.start();
        }
        return new Assembly(main, beans, declarations, routes);
    }

    private static RoutesReloader reloader(CamelContext context, RouteFiles files, Settings settings, Beans beans)
            throws StartException {
        try {
            return new RoutesReloader(context, files, settings.forCamel(), beans);
        } catch (IOException e) {
            throw new StartException("the route files cannot be read again", e);
        }
    }

    private static RouteFiles routeFiles(GatewayOptions options, Settings settings) throws StartException {
        List<Path> folders = new ArrayList<>();
        folders.add(options.home().resolve("routes"));
        folders.addAll(options.routes());
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new StartException(folder + ": expected a folder of routes", null);
            }
        }
        return new RouteFiles(folders, options.http(), settings.entriesOff());
    }

    private static void configure(Main main, Settings settings) throws StartException {
        // Whoever started the gateway ends it: Camel's own hook would hold an interrupted process back.
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.setDefaultPropertyPlaceholderLocation("false");
        Properties properties = settings.forCamel();
        properties.putIfAbsent("camel.main.name", "serai");
        properties.putIfAbsent("camel.main.jmxEnabled", "false");
        properties.putIfAbsent("camel.main.streamCachingEnabled", "false");
        properties.putIfAbsent("camel.main.autoConfigurationLogSummary", "false");
        properties.putIfAbsent("camel.main.startupSummaryLevel", "Off");
        properties.putIfAbsent("camel.main.routesCollectorEnabled", "false");
        properties.putIfAbsent("camel.main.shutdownRoutesInReverseOrder", "true");
        properties.putIfAbsent("camel.main.shutdownSuppressLoggingOnTimeout", "true");
        properties.putIfAbsent(
                "camel.main.shutdownTimeout",
                Long.toString(
                        Math.max(1, settings.duration(Setting.SHUTDOWN_TIMEOUT).toSeconds())));
        main.setOverrideProperties(properties);
    }

    CapabilityStore capabilities() {
        return declarations.store();
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    Explainer explainer() {
        return beans.explainer();
    }

    String url() {
        return beans.ingress() == null ? "" : beans.url();
    }

    List<EntryPoint> entryPoints() {
        if (url().isEmpty()) {
            return List.of();
        }
        List<EntryPoint> points = new ArrayList<>(List.of(
                new EntryPoint("REST", url() + "/capabilities"),
                new EntryPoint(ServerEntry.LABEL, url() + ServerEntry.PATH),
                new EntryPoint("OpenAPI", url() + "/openapi.json"),
                new EntryPoint("Health", url() + "/observe/health")));
        points.addAll(beans.brokers());
        return points;
    }

    @Override
    public void close() {
        if (routes != null) {
            routes.close();
        }
        declarations.close();
        main.stop();
        beans.close();
    }

    /** Binds the beans and loads the routes while Main brings the context up. */
    private static final class Loader extends MainListenerSupport {
        private final Settings settings;
        private final CapabilityStore store;
        private final Reloads reloads;
        private final RouteFiles files;
        private final Function<String, @Nullable String> environment;
        private final boolean http;
        private @Nullable Beans beans;

        Loader(
                Settings settings,
                CapabilityStore store,
                Reloads reloads,
                RouteFiles files,
                Function<String, @Nullable String> environment,
                boolean http) {
            this.settings = settings;
            this.store = store;
            this.reloads = reloads;
            this.files = files;
            this.environment = environment;
            this.http = http;
        }

        Beans started() {
            if (beans == null) {
                throw new IllegalStateException("the context has not been configured");
            }
            return beans;
        }

        @Override
        public void afterConfigure(BaseMainSupport main) {
            CamelContext context = main.getCamelContext();
            try {
                beans = Beans.bind(context, settings, store, environment, http);
                context.getRegistry().bind("reload-entry", new ReloadEntry(reloads));
                PluginHelper.getRoutesLoader(context).loadRoutes(RouteFiles.resources(context, files.list()));
            } catch (Exception e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
    }
}
