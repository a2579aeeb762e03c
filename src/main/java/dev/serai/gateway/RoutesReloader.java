package dev.serai.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changed route files up in a running gateway. The whole set is first built in a {@link RouteTrial}; where a
 * file does not pass, nothing changes and the log says why, once. A change counts once it has been the same for two
 * looks, so that a file is not read while it is being written.
 */
final class RoutesReloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoutesReloader.class);
    private static final long PERIOD_MS = 250;
    private static final String CONFIGURATION = "routeConfiguration:";

    private final RouteFiles files;
    private final Beans beans;
    private final RouteTrial trial;
    private final RetiredRoutes retired;
    private final RouteSwap swap;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "serai-routes-reload");
        thread.setDaemon(true);
        return thread;
    });
    /** File to text: what is in force, what was tried last, and what the last look saw. */
    private Map<Path, String> inForce;

    private Map<Path, String> tried;
    private Map<Path, String> seen;
    private String said = "";

    /**
     * @param settings what Camel was started with
     * @param beans told before and after routes come or go
     */
    RoutesReloader(CamelContext context, RouteFiles files, Properties settings, Beans beans) throws IOException {
        this.files = files;
        this.beans = beans;
        this.trial = new RouteTrial(context, settings);
        this.retired = new RetiredRoutes(context);
        this.swap = new RouteSwap(context, retired);
        this.inForce = texts();
        this.tried = inForce;
        this.seen = inForce;
    }

    void start() {
        var unused = timer.scheduleWithFixedDelay(this::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Takes up what has changed, at once.
     *
     * @param taken gets the names of the files
     * @return why nothing was taken up, with the file and line; empty where nothing is wrong
     */
    synchronized String reloadNow(List<String> taken) {
        try {
            Map<Path, String> now = texts();
            seen = now;
            tried = now;
            if (!now.equals(inForce)) {
                taken.addAll(reload(now));
            }
            return "";
        } catch (BadRoute e) {
            return complain(String.valueOf(e.getMessage()));
        } catch (Exception e) {
            return complain(String.valueOf(new BadRoute("routes", 0, e).getMessage()));
        }
    }

    private synchronized void look() {
        try {
            retired.sweep();
            Map<Path, String> now = texts();
            boolean settled = now.equals(seen);
            seen = now;
            if (settled && !now.equals(tried)) {
                tried = now;
                reload(now);
            }
        } catch (BadRoute e) {
            complain(String.valueOf(e.getMessage()));
        } catch (Exception e) {
            complain(String.valueOf(new BadRoute("routes", 0, e).getMessage()));
        }
    }

    private String complain(String problem) {
        if (!problem.equals(said)) {
            LOG.warn("{}; the routes in force stay", problem);
        }
        said = problem;
        return problem;
    }

    private List<String> reload(Map<Path, String> now) throws Exception {
        List<Path> all = List.copyOf(now.keySet());
        trial.run(all);
        List<Path> gone =
                inForce.keySet().stream().filter(path -> !now.containsKey(path)).toList();
        List<Path> fresh = all.stream()
                .filter(path -> !text(now, path).equals(text(inForce, path)))
                .toList();
        boolean everything = configuresOthers(gone, fresh, now);
        try {
            beans.routesChanging();
            swap.apply(everything ? all : fresh, gone, everything);
        } finally {
            beans.routesChanged();
        }
        inForce = now;
        said = "";
        beans.openings().warm();
        List<String> names = names(fresh, gone);
        LOG.info("routes reloaded: {}", String.join(", ", names));
        return names;
    }

    /** A route configuration applies to routes of other files, when they are built. */
    private boolean configuresOthers(List<Path> gone, List<Path> fresh, Map<Path, String> now) {
        return Stream.concat(gone.stream(), fresh.stream())
                .anyMatch(path -> (text(inForce, path) + text(now, path)).contains(CONFIGURATION));
    }

    /** Empty for a file that is not there; one that is there but empty has no routes either. */
    private static String text(Map<Path, String> texts, Path path) {
        return texts.getOrDefault(path, "");
    }

    private static List<String> names(List<Path> fresh, List<Path> gone) {
        List<String> names = new ArrayList<>();
        fresh.forEach(path -> names.add(path.toString()));
        gone.forEach(path -> names.add(path + " (removed)"));
        return names;
    }

    private Map<Path, String> texts() throws IOException {
        Map<Path, String> texts = new LinkedHashMap<>();
        for (Path file : files.list()) {
            texts.put(file, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        }
        return texts;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
