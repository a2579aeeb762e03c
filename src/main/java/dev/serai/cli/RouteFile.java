package dev.serai.cli;

import dev.serai.capability.SourceLocation;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What a YAML route file says about endpoints, read without starting Camel.
 *
 * @param path the file
 * @param routeIds ids of routes, where each stands
 * @param consumed URIs that a route starts from
 * @param called URIs that a route sends to
 * @param startless where a route has no {@code from}
 */
record RouteFile(
        Path path,
        Map<String, SourceLocation> routeIds,
        Map<String, SourceLocation> consumed,
        Map<String, SourceLocation> called,
        List<SourceLocation> startless) {
    private static final int MAX_DEPTH = 200;
    private static final Set<String> SHORT_FORMS = Set.of("to", "toD", "from");

    /** @throws org.snakeyaml.engine.v2.exceptions.YamlEngineException where the file is not YAML */
    static RouteFile read(Path path) throws IOException {
        RouteFile file = new RouteFile(
                path, new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
        LoadSettings settings = LoadSettings.builder().setLabel(path.toString()).build();
        try (Reader reader = Files.newBufferedReader(path)) {
            for (Node document : new Compose(settings).composeAllFromReader(reader)) {
                file.visit(document, "", 0);
            }
        }
        return file;
    }

    private void visit(Node node, String key, int depth) {
        if (depth > MAX_DEPTH) {
            return;
        }
        if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(item -> visit(item, key, depth + 1));
        } else if (node instanceof MappingNode mapping) {
            note(mapping, key);
            for (NodeTuple entry : mapping.getValue()) {
                visit(entry.getValueNode(), text(entry.getKeyNode()), depth + 1);
            }
        } else if (node instanceof ScalarNode scalar && SHORT_FORMS.contains(key)) {
            ("from".equals(key) ? consumed : called).putIfAbsent(scalar.getValue(), at(node));
        }
    }

    private void note(MappingNode mapping, String key) {
        Map<String, Node> members = members(mapping);
        Node id = members.get("id");
        if ("route".equals(key) && id != null) {
            routeIds.putIfAbsent(text(id), at(id));
        }
        if ("route".equals(key) && !members.containsKey("from")) {
            startless.add(at(mapping));
        }
        Node uri = members.get("uri");
        if (uri != null) {
            ("from".equals(key) ? consumed : called)
                    .putIfAbsent(wholeUri(text(uri), members.get("parameters")), at(uri));
        }
    }

    /** {@code uri: direct} with {@code parameters: {name: x}} is {@code direct:x}. */
    private static String wholeUri(String uri, @Nullable Node parameters) {
        if (!uri.contains(":") && parameters instanceof MappingNode mapping) {
            Node name = members(mapping).get("name");
            return name == null ? uri : uri + ":" + text(name);
        }
        return uri;
    }

    private static Map<String, Node> members(MappingNode mapping) {
        Map<String, Node> members = new LinkedHashMap<>();
        mapping.getValue().forEach(entry -> members.put(text(entry.getKeyNode()), entry.getValueNode()));
        return members;
    }

    private SourceLocation at(Node node) {
        return new SourceLocation(
                path.toString(), node.getStartMark().map(Mark::getLine).orElse(0) + 1);
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** The route files below the folders, sorted; a folder that is not there has none. */
    static List<Path> below(List<Path> roots) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path root : roots) {
            if (Files.isDirectory(root)) {
                try (var walk = Files.walk(root)) {
                    walk.filter(RouteFile::isYaml).sorted().forEach(files::add);
                }
            }
        }
        return files;
    }

    private static boolean isYaml(Path path) {
        String name = path.getFileName().toString();
        return (name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(path);
    }
}
