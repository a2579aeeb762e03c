package dev.serai.cli;

import dev.serai.capability.Problem;
import dev.serai.capability.SourceLocation;
import dev.serai.invocation.Causes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads route files as Camel will, and looks at how they hang together; starts nothing. */
final class RouteCheck {
    private static final String DIRECT = "direct:";

    private final List<Problem> problems = new ArrayList<>();
    private final List<RouteFile> files = new ArrayList<>();

    static RouteCheck of(List<Path> paths) throws IOException {
        RouteCheck check = new RouteCheck();
        for (Path path : paths) {
            check.read(path);
        }
        check.duplicateIds();
        check.starts();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            for (RouteFile file : check.files) {
                check.build(file.path(), camel);
                check.components(file, camel);
            }
        }
        check.directTargets();
        return check;
    }

    List<Problem> problems() {
        return problems;
    }

    List<RouteFile> files() {
        return files;
    }

    int routes() {
        return files.stream().mapToInt(file -> file.consumed().size()).sum();
    }

    private void read(Path path) throws IOException {
        try {
            files.add(RouteFile.read(path));
        } catch (YamlEngineException e) {
            report(location(path, e), "not YAML: " + problem(e));
        }
    }

    private void build(Path path, CamelContext camel) {
        Resource resource = ResourceHelper.resolveResource(camel, "file:" + path.toAbsolutePath());
        try {
            PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
        } catch (Exception e) {
            report(location(path, e), problem(e));
        }
    }

    private void components(RouteFile file, CamelContext camel) {
        Map<String, SourceLocation> uris = new HashMap<>(file.consumed());
        uris.putAll(file.called());
        uris.forEach((uri, at) -> {
            String scheme = uri.split("[:?]", 2)[0];
            if (scheme.matches("[a-z][a-z0-9+.-]*") && camel.getComponent(scheme, true, false) == null) {
                report(at, "unknown component '" + scheme + "': check the spelling, or add its jar to lib/");
            }
        });
    }

    private void duplicateIds() {
        Map<String, SourceLocation> seen = new HashMap<>();
        for (RouteFile file : files) {
            file.routeIds().forEach((id, at) -> {
                SourceLocation first = seen.putIfAbsent(id, at);
                if (first != null) {
                    report(at, "route id '" + id + "' is taken by " + first + ": ids are unique");
                }
            });
        }
    }

    /** Every route starts somewhere, and a {@code direct:} name starts one route only. */
    private void starts() {
        Map<String, SourceLocation> seen = new HashMap<>();
        for (RouteFile file : files) {
            file.startless().forEach(at -> report(at, "the route has no from: say where it starts"));
            file.consumed().forEach((uri, at) -> {
                String name = withoutOptions(uri);
                SourceLocation first = name.startsWith(DIRECT) ? seen.putIfAbsent(name, at) : null;
                if (first != null) {
                    report(at, name + " starts the route at " + first + " already: names are unique");
                }
            });
        }
    }

    private void directTargets() {
        Set<String> targets = new HashSet<>();
        files.forEach(file -> file.consumed().keySet().forEach(uri -> targets.add(withoutOptions(uri))));
        for (RouteFile file : files) {
            file.called().forEach((uri, at) -> {
                String target = withoutOptions(uri);
                if (target.startsWith(DIRECT)
                        && !target.contains("$")
                        && !target.contains("{{")
                        && !targets.contains(target)) {
                    report(at, "nothing receives from " + target + ": no route starts there");
                }
            });
        }
    }

    private void report(SourceLocation at, String message) {
        problems.add(new Problem(Problem.Severity.ERROR, at, message));
    }

    private static String withoutOptions(String uri) {
        return uri.split("\\?", 2)[0];
    }

    private static SourceLocation location(Path path, Throwable thrown) {
        for (Throwable t : Causes.of(thrown)) {
            if (t instanceof MarkedYamlEngineException marked) {
                int line = marked.getProblemMark()
                        .or(marked::getContextMark)
                        .map(Mark::getLine)
                        .orElse(0);
                return new SourceLocation(path.toString(), line + 1);
            }
        }
        return new SourceLocation(path.toString(), 1);
    }

    private static String problem(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable t : Causes.of(thrown)) {
            root = t;
            if (t instanceof MarkedYamlEngineException marked) {
                return firstLine(marked.getProblem());
            }
        }
        return firstLine(String.valueOf(root.getMessage()));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text).strip();
    }
}
