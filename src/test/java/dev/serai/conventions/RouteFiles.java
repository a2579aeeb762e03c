package dev.serai.conventions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The shipped route files as trees. */
final class RouteFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** One {@code route:} of a file. */
    record Route(Path file, JsonNode tree) {
        String id() {
            return tree.path("id").asText();
        }

        /** {@code scheme:name}, without parameters. */
        String from() {
            JsonNode from = tree.path("from");
            String uri = from.path("uri").asText();
            String name = from.path("parameters").path("name").asText();
            return name.isEmpty() ? uri : uri + ":" + name;
        }

        boolean isProviders() {
            return file.startsWith(Sources.ROUTES.resolve("providers"));
        }
    }

    private RouteFiles() {}

    static List<Path> all() {
        return Sources.below(Sources.ROUTES, ".yaml");
    }

    static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (Path file : all()) {
            for (JsonNode item : tree(file)) {
                if (item.has("route")) {
                    routes.add(new Route(file, item.get("route")));
                }
            }
        }
        return routes;
    }

    /** What precedes {@code -call} in the routes of the providers' folder. */
    static List<String> providers() {
        return routes().stream()
                .filter(Route::isProviders)
                .map(Route::from)
                .filter(from -> from.startsWith("direct:") && from.endsWith("-call"))
                .map(from -> from.substring("direct:".length(), from.length() - "-call".length()))
                .toList();
    }

    static JsonNode tree(Path file) {
        Object loaded = new Load(LoadSettings.builder().build()).loadFromString(Sources.read(file));
        return MAPPER.valueToTree(loaded);
    }
}
