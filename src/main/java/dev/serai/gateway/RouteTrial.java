package dev.serai.gateway;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.ExplicitCamelContextNameStrategy;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.support.SimpleRegistry;

/**
 * Builds a whole set of route files in a context of its own, which starts no route, so that what cannot
 * work shows before anything in the running one is touched. It sees the running gateway's beans and
 * settings of components; beans that the files declare are made anew and stay in the trial.
 */
final class RouteTrial {
    private static final String COMPONENT = "camel.component.";

    private final CamelContext live;
    private final Properties settings;

    /** @param settings what Camel was started with; its {@code camel.component.*} hold here too */
    RouteTrial(CamelContext live, Properties settings) {
        this.live = live;
        this.settings = settings;
    }

    /** @throws BadRoute for the first mistake found, with its place */
    void run(List<Path> files) throws BadRoute {
        try (DefaultCamelContext trial = new DefaultCamelContext(registry())) {
            trial.disableJMX();
            trial.setNameStrategy(new ExplicitCamelContextNameStrategy("serai-route-trial"));
            trial.setSourceLocationEnabled(true);
            trial.setPropertiesComponent(live.getPropertiesComponent());
            configureComponents(trial);
            trial.start();
            List<RouteDefinition> routes = new ArrayList<>();
            for (RoutesBuilder builder : parse(trial, files)) {
                if (builder instanceof RouteBuilder routeBuilder) {
                    routes.addAll(routeBuilder.getRouteCollection().getRoutes());
                }
            }
            refuseSharedIds(routes);
            for (RouteDefinition route : routes) {
                build(trial, route);
            }
            refuseSharedNames(routes);
        } catch (BadRoute e) {
            throw e;
        } catch (Exception e) {
            throw new BadRoute("routes", 0, e);
        }
    }

    /** What the files declare comes before what the gateway has, and goes with the trial. */
    private DefaultRegistry registry() {
        SimpleRegistry own = new SimpleRegistry();
        DefaultRegistry registry = new DefaultRegistry(own, live.getRegistry());
        registry.setFallbackRegistry(own);
        return registry;
    }

    private void configureComponents(CamelContext trial) {
        for (String name : settings.stringPropertyNames()) {
            int dot = name.startsWith(COMPONENT) ? name.indexOf('.', COMPONENT.length()) : -1;
            Component component =
                    dot < 0 ? null : trial.getComponent(name.substring(COMPONENT.length(), dot), true, false);
            if (component != null) {
                PropertyBindingSupport.build()
                        .withCamelContext(trial)
                        .withTarget(component)
                        .withProperty(name.substring(dot + 1), settings.getProperty(name))
                        .withIgnoreCase(true)
                        .withFluentBuilder(false)
                        .bind();
            }
        }
    }

    private static List<RoutesBuilder> parse(CamelContext trial, List<Path> files) throws BadRoute {
        List<RoutesBuilder> builders = new ArrayList<>();
        for (Path file : files) {
            try {
                for (RoutesBuilder builder : PluginHelper.getRoutesLoader(trial)
                        .findRoutesBuilders(RouteFiles.resources(trial, List.of(file)))) {
                    prepare(trial, builder);
                    builders.add(builder);
                }
            } catch (Exception e) {
                throw new BadRoute(file.toString(), 1, e);
            }
        }
        return builders;
    }

    private static void prepare(CamelContext trial, RoutesBuilder builder) throws Exception {
        if (builder instanceof RouteConfigurationsBuilder configurations) {
            configurations.addRouteConfigurationsToCamelContext(trial);
        }
        if (builder instanceof RouteBuilder routes) {
            routes.prepareModel(trial);
        }
    }

    private static void build(DefaultCamelContext trial, RouteDefinition route) throws BadRoute {
        route.setAutoStartup("false");
        try {
            trial.addRouteDefinition(route);
        } catch (Exception e) {
            throw new BadRoute(RouteFiles.path(route.getResource()), route.getLineNumber(), e);
        }
    }

    private static void refuseSharedIds(List<RouteDefinition> routes) throws BadRoute {
        Map<String, RouteDefinition> seen = new HashMap<>();
        for (RouteDefinition route : routes) {
            RouteDefinition other = route.getId() == null ? null : seen.putIfAbsent(route.getId(), route);
            if (other != null) {
                throw new BadRoute(route, "route id '" + route.getId() + "' is taken by " + place(other));
            }
        }
    }

    /** Two routes cannot start from one {@code direct:} name. */
    private static void refuseSharedNames(List<RouteDefinition> routes) throws BadRoute {
        Map<String, RouteDefinition> seen = new HashMap<>();
        routes.sort(Comparator.comparing((RouteDefinition route) -> place(route)));
        for (RouteDefinition route : routes) {
            String from = route.getEndpointUrl().split("\\?", 2)[0];
            RouteDefinition other = from.startsWith("direct:") ? seen.putIfAbsent(from, route) : null;
            if (other != null) {
                throw new BadRoute(route, from + " is taken by the route at " + place(other));
            }
        }
    }

    private static String place(RouteDefinition route) {
        return RouteFiles.path(route.getResource()) + ":" + route.getLineNumber();
    }
}
