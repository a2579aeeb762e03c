package dev.serai.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changed route files up in a running gateway. The whole set is first tried in a context of its
 * own that starts nothing; a file that does not pass changes nothing and the log says why, once.
 */
final class RoutesReloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoutesReloader.class);
    private static final long PERIOD_MS = 500;

    private final CamelContext context;
    private final RouteFiles files;
    private final Runnable changed;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "serai-routes-reload");
        thread.setDaemon(true);
        return thread;
    });
    private Map<Path, String> seen;

    /** @param changed told after routes came or went */
    RoutesReloader(CamelContext context, RouteFiles files, Runnable changed) {
        this.context = context;
        this.files = files;
        this.changed = changed;
        this.seen = stamps();
    }

    void start() {
        var unused = timer.scheduleWithFixedDelay(this::check, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    private void check() {
        try {
            Map<Path, String> now = stamps();
            if (!now.equals(seen)) {
                Map<Path, String> before = seen;
                seen = now;
                reload(before, now);
            }
        } catch (Exception e) {
            LOG.warn("routes not reloaded, those in force stay: {}", lastMessage(e));
        }
    }

    private void reload(Map<Path, String> before, Map<Path, String> now) throws Exception {
        List<Path> all = List.copyOf(now.keySet());
        tryOut(all);
        boolean shared = touched(before, now).stream().anyMatch(this::configuresOthers);
        List<Path> load = shared
                ? all
                : touched(before, now).stream().filter(now::containsKey).toList();
        Set<String> kept = ids(all);
        PluginHelper.getRoutesLoader(context).updateRoutes(RouteFiles.resources(context, load));
        removeOthers(kept);
        changed.run();
        LOG.info("routes reloaded: {}", load.isEmpty() ? "files removed" : load);
    }

    private static Set<Path> touched(Map<Path, String> before, Map<Path, String> now) {
        Set<Path> paths = new HashSet<>(before.keySet());
        paths.addAll(now.keySet());
        paths.removeIf(path -> now.containsKey(path) && now.get(path).equals(before.get(path)));
        return paths;
    }

    private boolean configuresOthers(Path file) {
        try {
            return !Files.exists(file) || Files.readString(file).contains("routeConfiguration:");
        } catch (IOException e) {
            return true;
        }
    }

    /** Builds every route without starting any, so that what cannot work shows before anything is touched. */
    private void tryOut(List<Path> paths) throws Exception {
        try (DefaultCamelContext trial = trial()) {
            PluginHelper.getRoutesLoader(trial).loadRoutes(RouteFiles.resources(trial, paths));
            trial.start();
        }
    }

    private Set<String> ids(List<Path> paths) throws Exception {
        try (DefaultCamelContext trial = trial()) {
            List<Resource> resources = RouteFiles.resources(trial, paths);
            PluginHelper.getRoutesLoader(trial).loadRoutes(resources);
            Set<String> ids = new HashSet<>();
            trial.getRouteDefinitions()
                    .forEach(route -> ids.add(route.idOrCreate(trial.getCamelContextExtension()
                            .getContextPlugin(org.apache.camel.spi.NodeIdFactory.class))));
            return ids;
        }
    }

    private DefaultCamelContext trial() {
        DefaultCamelContext trial = new DefaultCamelContext(context.getRegistry());
        trial.setAutoStartup(false);
        trial.disableJMX();
        trial.setPropertiesComponent(context.getPropertiesComponent());
        return trial;
    }

    private void removeOthers(Set<String> kept) throws Exception {
        List<String> gone = new ArrayList<>();
        for (Route route : context.getRoutes()) {
            if (!kept.contains(route.getRouteId())) {
                gone.add(route.getRouteId());
            }
        }
        for (String id : gone) {
            context.getRouteController().stopRoute(id);
            context.removeRoute(id);
        }
    }

    private Map<Path, String> stamps() {
        Map<Path, String> stamps = new LinkedHashMap<>();
        try {
            for (Path file : files.list()) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.put(file, attributes.lastModifiedTime().toMillis() + ":" + attributes.size());
            }
        } catch (IOException e) {
            return seen == null ? stamps : seen;
        }
        return stamps;
    }

    private static String lastMessage(Throwable failure) {
        Throwable t = failure;
        String message = String.valueOf(failure.getMessage());
        for (int i = 0; t.getCause() != null && i < 10; i++) {
            t = t.getCause();
            message = t.getMessage() == null ? message : t.getMessage();
        }
        return message;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
