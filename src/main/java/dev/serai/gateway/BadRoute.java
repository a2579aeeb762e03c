package dev.serai.gateway;

import dev.serai.invocation.Causes;
import org.apache.camel.model.RouteDefinition;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** A mistake in a route file; the message is {@code file:line: what is wrong}. */
final class BadRoute extends Exception {
    private static final long serialVersionUID = 1;

    /** @param line of the route; a mistake in the YAML itself has a line of its own */
    BadRoute(String file, int line, Exception cause) {
        super(message(file, line, cause), cause);
    }

    BadRoute(RouteDefinition route, String problem) {
        super(RouteFiles.path(route.getResource()) + ":" + route.getLineNumber() + ": " + problem);
    }

    private static String message(String file, int line, Exception cause) {
        int at = line;
        String problem = String.valueOf(cause.getMessage());
        for (Throwable t : Causes.of(cause)) {
            if (t instanceof MarkedYamlEngineException marked) {
                at = marked.getProblemMark()
                                .or(marked::getContextMark)
                                .map(Mark::getLine)
                                .orElse(0)
                        + 1;
                problem = marked.getProblem();
                break;
            }
            problem = t.getMessage() == null ? problem : t.getMessage();
        }
        return file + (at > 0 ? ":" + at : "") + ": "
                + problem.lines().findFirst().orElse(problem);
    }
}
