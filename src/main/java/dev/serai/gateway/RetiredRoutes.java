package dev.serai.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routes that take no more calls; each goes when the calls in it have ended. Used by one thread. */
final class RetiredRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(RetiredRoutes.class);
    /** A caller may have found the route just before its successor came. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final CamelContext context;
    private final Model model;
    private final List<Retired> routes = new ArrayList<>();

    private record Retired(Route route, long since, boolean lingers) {}

    RetiredRoutes(CamelContext context) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /** @param lingers whether calls may still be in it */
    void add(Route route, boolean lingers) {
        routes.add(new Retired(route, System.nanoTime(), lingers));
    }

    boolean contains(Route route) {
        return routes.stream().anyMatch(retired -> retired.route() == route);
    }

    /** Removes those that nobody uses any more. */
    void sweep() {
        long now = System.nanoTime();
        routes.removeIf(retired -> isOver(retired, now) && remove(retired.route()));
    }

    private boolean isOver(Retired retired, long now) {
        long age = now - retired.since();
        boolean idle = context.getInflightRepository().size(retired.route().getRouteId()) == 0;
        return !retired.lingers() || age > LONGEST_NANOS || (idle && age > LINGER_NANOS);
    }

    private boolean remove(Route route) {
        try {
            RouteDefinition definition = model.getRouteDefinition(route.getRouteId());
            if (definition != null) {
                model.removeRouteDefinition(definition);
            }
        } catch (Exception e) {
            LOG.warn("the replaced route {} cannot be removed", route.getRouteId(), e);
        }
        return true;
    }
}
