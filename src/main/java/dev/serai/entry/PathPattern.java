package dev.serai.entry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The path of a {@code platform-http:} endpoint: segments, of which {@code {name}} takes one segment
 * of the request, and optionally everything below it. Matching is on the path as sent; only what a
 * {@code {name}} took is percent-decoded.
 */
final class PathPattern {
    private final List<String> segments;
    private final boolean prefix;
    private final boolean template;

    private PathPattern(List<String> segments, boolean prefix) {
        this.segments = segments;
        this.prefix = prefix;
        this.template = segments.stream().anyMatch(PathPattern::isVariable);
    }

    /** A trailing {@code *} means the same as {@code prefix}. */
    static PathPattern parse(String path, boolean prefix) {
        String text = path.endsWith("*") ? path.substring(0, path.length() - 1) : path;
        return new PathPattern(split(text), prefix || path.endsWith("*"));
    }

    boolean isExact() {
        return !prefix && !template;
    }

    /** What two patterns that match the same path are ordered by: more segments first, prefixes last. */
    int specificity() {
        int literal = (int) segments.stream().filter(s -> !isVariable(s)).count();
        return (prefix ? 0 : 1_000_000) + segments.size() * 1_000 + literal;
    }

    /** The variables where the path matches, else {@code null}. */
    @Nullable
    Map<String, String> match(List<String> path) {
        if (prefix ? path.size() < segments.size() : path.size() != segments.size()) {
            return null;
        }
        Map<String, String> variables = Map.of();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (isVariable(segment)) {
                if (path.get(i).isEmpty()) {
                    return null;
                }
                variables = variables.isEmpty() ? new HashMap<>() : variables;
                variables.put(segment.substring(1, segment.length() - 1), Percent.decode(path.get(i)));
            } else if (!segment.equals(path.get(i))) {
                return null;
            }
        }
        return variables;
    }

    /** The segments of a path; a slash at either end counts for nothing. */
    static List<String> split(String path) {
        List<String> parts = new ArrayList<>(8);
        int from = path.startsWith("/") ? 1 : 0;
        int end = path.length() > from && path.endsWith("/") ? path.length() - 1 : path.length();
        while (from < end) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 || slash > end ? end : slash;
            parts.add(path.substring(from, to));
            from = to + 1;
        }
        return parts;
    }

    private static boolean isVariable(String segment) {
        return segment.length() > 2 && segment.startsWith("{") && segment.endsWith("}");
    }
}
