package dev.serai.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How a shipped route file is written. */
class RoutesTest {
    private static final int MOST_STEPS = 12;
    private static final int MOST_LINES = 120;
    private static final List<String> ERROR_HANDLING = List.of(
            "onException",
            "doTry",
            "doCatch",
            "errorHandler",
            "routeConfiguration",
            "routeConfigurationId",
            "onFallback");

    @Test
    void everyRouteHasAnIdInKebabCaseAndNoTwoHaveTheSame() {
        List<RouteFiles.Route> routes = RouteFiles.routes();
        assertThat(routes).isNotEmpty().allSatisfy(route -> assertThat(route.id())
                .as("%s", route.file())
                .matches("[a-z]+(-[a-z]+)*"));
        assertThat(routes.stream().map(RouteFiles.Route::id)).doesNotHaveDuplicates();
    }

    @Test
    void everyRouteIsDescribedInOneSentence() {
        assertThat(RouteFiles.routes())
                .allSatisfy(route -> assertThat(route.tree().path("description").asText())
                        .as(route.id())
                        .matches("[A-Z][^\\n]{10,118}\\.")
                        .doesNotContain(". "));
    }

    @Test
    void everyRouteHasAFewStepsAndEveryFileAFewLines() {
        assertThat(RouteFiles.routes())
                .allSatisfy(route -> assertThat(steps(route.tree().path("from")))
                        .as(route.id())
                        .isBetween(1, MOST_STEPS));
        for (Path file : RouteFiles.all()) {
            assertThat(Sources.read(file).lines().count()).as("%s", file).isLessThanOrEqualTo(MOST_LINES);
        }
    }

    /** Steps, and those within them. */
    private static int steps(JsonNode node) {
        int count = node.path("steps").size();
        for (JsonNode child : node) {
            count += steps(child);
        }
        return count;
    }

    @Test
    void aDirectRouteIsCalledByItsId() {
        assertThat(RouteFiles.routes())
                .filteredOn(route -> route.from().startsWith("direct:"))
                .isNotEmpty()
                .allSatisfy(route -> assertThat(route.from()).isEqualTo("direct:" + route.id()));
    }

    @Test
    void aProviderHandlesNoErrors() {
        List<Path> files = Sources.below(Sources.ROUTES.resolve("providers"), ".yaml");
        for (Path file : files) {
            assertThat(keys(RouteFiles.tree(file))).as("%s", file).doesNotContainAnyElementsOf(ERROR_HANDLING);
        }
        assertThat(keys(RouteFiles.tree(Sources.ROUTES.resolve("errors.camel.yaml"))))
                .as("the search finds what it looks for")
                .contains("onException", "errorHandler", "routeConfiguration");
    }

    private static Set<String> keys(JsonNode tree) {
        Set<String> keys = new HashSet<>();
        collect(tree, keys);
        return keys;
    }

    private static void collect(JsonNode tree, Set<String> keys) {
        tree.fieldNames().forEachRemaining(keys::add);
        tree.forEach(child -> collect(child, keys));
    }
}
