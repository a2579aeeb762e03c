package dev.serai.gateway;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.NodeIdFactory;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Replaces routes of a running context by those of changed files. Routes that start from {@code direct:} or
 * {@code platform-http:} overlap: the new one takes the calls while the former finishes its own. Any other
 * route is stopped before its successor starts, because two of them may not share a port or a queue.
 */
final class RouteSwap {
    private static final Set<String> OVERLAPPING = Set.of("direct", "platform-http");
    private static final long STOP_SECONDS = 10;

    private final CamelContext context;
    private final Model model;
    private final Replacing replacing;
    private final RetiredRoutes retired;
    private int edition;

    RouteSwap(CamelContext context, RetiredRoutes retired) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
        this.replacing = Replacing.of(context);
        this.retired = retired;
    }

    /**
     * Where it throws, the routes are as they were.
     *
     * @param load files whose routes are built anew
     * @param gone files that are no more
     * @param configurations whether {@code load} is every file, and route configurations are read anew too
     */
    void apply(List<Path> load, Collection<Path> gone, boolean configurations) throws Exception {
        Set<String> touched = load.stream().map(Path::toString).collect(Collectors.toSet());
        gone.forEach(path -> touched.add(path.toString()));
        List<Route> former = context.getRoutes().stream()
                .filter(route -> touched.contains(RouteFiles.path(route.getSourceResource())))
                .filter(route -> !retired.contains(route))
                .toList();
        List<RouteConfigurationDefinition> formerConfigurations =
                configurations ? List.copyOf(model.getRouteConfigurationDefinitions()) : List.of();
        List<RouteDefinition> added = new ArrayList<>();
        replacing.set(true);
        try {
            remove(formerConfigurations);
            List<String> starting = build(load, added);
            stopExclusive(former);
            for (String id : starting) {
                context.getRouteController().startRoute(id);
            }
            for (Route route : former) {
                retire(route);
            }
        } catch (Exception e) {
            restore(added, former, formerConfigurations);
            throw e;
        } finally {
            replacing.set(false);
        }
    }

    private void remove(List<RouteConfigurationDefinition> configurations) throws Exception {
        for (RouteConfigurationDefinition configuration : configurations) {
            model.removeRouteConfiguration(configuration);
        }
    }

    /**
     * Adds the routes without starting them. An id is free only when its route is gone, so each edition has its own.
     *
     * @return the ids of those that are to be started
     */
    private List<String> build(List<Path> files, List<RouteDefinition> added) throws Exception {
        List<Resource> resources = RouteFiles.resources(context, files);
        Collection<RoutesBuilder> builders =
                PluginHelper.getRoutesLoader(context).findRoutesBuilders(resources);
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteConfigurationsBuilder configurations) {
                configurations.addRouteConfigurationsToCamelContext(context);
            }
        }
        NodeIdFactory ids = context.getCamelContextExtension().getContextPlugin(NodeIdFactory.class);
        List<String> starting = new ArrayList<>();
        edition++;
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteBuilder routes) {
                routes.prepareModel(context);
                for (RouteDefinition route : routes.getRouteCollection().getRoutes()) {
                    String id = route.idOrCreate(ids);
                    route.setId(id + "~" + edition);
                    String prefix = route.getNodePrefixId() == null ? "" : route.getNodePrefixId();
                    route.setNodePrefixId(prefix + edition + "~");
                    if (!"false".equals(route.getAutoStartup())) {
                        starting.add(route.getRouteId());
                    }
                    route.setAutoStartup("false");
                    added.add(route);
                    model.addRouteDefinition(route);
                }
            }
        }
        return starting;
    }

    private void stopExclusive(List<Route> former) throws Exception {
        for (Route route : former) {
            if (!overlaps(route)) {
                context.getRouteController().stopRoute(route.getRouteId(), STOP_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private void retire(Route route) throws Exception {
        if (isDirect(route)) {
            // Its name is free now, if no successor has it already.
            ServiceHelper.suspendService(route.getConsumer());
        }
        retired.add(route, overlaps(route));
    }

    private void restore(
            List<RouteDefinition> added, List<Route> former, List<RouteConfigurationDefinition> formerConfigurations)
            throws Exception {
        for (Route route : former) {
            if (isDirect(route)) {
                // Takes the name back where a successor has it already.
                ServiceHelper.suspendService(route.getConsumer());
                ServiceHelper.resumeService(route.getConsumer());
            }
        }
        for (RouteDefinition route : added) {
            model.removeRouteDefinition(route);
        }
        if (!formerConfigurations.isEmpty()) {
            remove(List.copyOf(model.getRouteConfigurationDefinitions()));
            model.addRouteConfigurations(formerConfigurations);
        }
        for (Route route : former) {
            if (!overlaps(route)) {
                context.getRouteController().startRoute(route.getRouteId());
            }
        }
    }

    private static boolean isDirect(Route route) {
        return route.getEndpoint().getEndpointUri().startsWith("direct:");
    }

    private static boolean overlaps(Route route) {
        String uri = route.getEndpoint().getEndpointUri();
        return OVERLAPPING.contains(uri.substring(0, Math.max(0, uri.indexOf(':'))));
    }
}
