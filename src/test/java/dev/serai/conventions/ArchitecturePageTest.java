package dev.serai.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The drawing of the flow and the routes are the same. */
class ArchitecturePageTest {
    private static final Pattern DRAWING = Pattern.compile("(?s)```mermaid\\n(.*?)```");
    /** {@code name[route-id]} is a route; other shapes are something else. */
    private static final Pattern BOX = Pattern.compile("\\b\\w+\\[([a-z-]+)]");

    private static final Pattern IN_TABLE = Pattern.compile("`([a-z]+(?:-[a-z]+)+)`");

    private final String page = Sources.read(Path.of("docs/architecture.md"));

    @Test
    void everyShippedRouteIsDrawnAndNoneThatDoesNotExist() {
        Set<String> drawn = new TreeSet<>();
        Matcher drawing = DRAWING.matcher(page);
        while (drawing.find()) {
            BOX.matcher(drawing.group(1)).results().forEach(box -> drawn.add(box.group(1)));
        }
        assertThat(drawn).isEqualTo(shipped());
    }

    @Test
    void everyShippedRouteIsInTheTableWithItsFolder() {
        for (RouteFiles.Route route : RouteFiles.routes()) {
            String folder = "`" + route.file().getParent() + "/`";
            List<String> rows = page.lines()
                    .filter(line -> line.startsWith("| `") && ids(line).contains(route.id()))
                    .toList();
            assertThat(rows).as(route.id()).hasSize(1);
            assertThat(rows.get(0)).contains(folder);
        }
    }

    private static List<String> ids(String row) {
        return IN_TABLE.matcher(row.substring(1, row.indexOf("|", 1)))
                .results()
                .map(id -> id.group(1))
                .toList();
    }

    private static Set<String> shipped() {
        Set<String> ids = new TreeSet<>();
        RouteFiles.routes().forEach(route -> ids.add(route.id()));
        return ids;
    }
}
