package dev.serai.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.importing.ImportPlan;
import dev.serai.importing.ImportedServer;
import dev.serai.importing.ImportedTool;
import dev.serai.openapi.References.Unusable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a description: each of its operations becomes something to declare, or is named with what is wrong with it. */
final class Description {
    private static final List<String> METHODS =
            List.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
    private static final Pattern PLACE = Pattern.compile("\\{([^{}/]+)}");
    private static final Set<String> SAFE = Set.of("get", "head", "options");
    private static final int MOST_OPERATIONS = 20_000;
    /** A file of declarations may have 64 MiB. */
    private static final long MOST_CHARS = 48 << 20;

    private final JsonNode root;
    private final String place;
    private final References references;
    private final boolean swagger;
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> security = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();

    /** @param place where it was found */
    Description(JsonNode root, String place) {
        this.root = root;
        this.place = place;
        this.references = new References(root);
        this.swagger = root.path("swagger").asText("").startsWith("2.");
        String version = root.path("openapi").asText("");
        if (!swagger && !version.startsWith("3.")) {
            throw DescriptionText.wrong(place + ": expected openapi 3.0 or 3.1, or swagger 2.0");
        }
        if (!root.path("paths").isObject()) {
            throw DescriptionText.wrong(place + ": expected paths, an object with the paths of the API");
        }
    }

    ImportedServer read() {
        String title = root.path("info").path("title").asText("");
        String variable = ImportPlan.nameOf(title).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
        Security schemes = new Security(references, variable.matches("[A-Z].*") ? variable : "API_" + variable);
        List<ImportedTool> tools = new ArrayList<>();
        long chars = 0;
        for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
            for (ImportedTool tool : operations(path.getKey(), path.getValue(), schemes)) {
                tools.add(tool);
                chars += tool.inputSchema().length() + tool.description().length();
                if (tools.size() > MOST_OPERATIONS || chars > MOST_CHARS) {
                    throw DescriptionText.wrong(place + " has more than " + MOST_OPERATIONS + " operations, or "
                            + MOST_CHARS + " characters of them");
                }
            }
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        String server = Servers.of(root, place);
        if (server != null) {
            metadata.put("server_url", server);
        }
        return new ImportedServer(title, withCredential(metadata), shared(tools), refused);
    }

    /** A credential that all operations have in common stands once. */
    private Map<String, Object> withCredential(Map<String, Object> metadata) {
        Set<Map<String, Object>> all = new LinkedHashSet<>(security.values());
        all.remove(Map.<String, Object>of());
        if (all.size() == 1) {
            metadata.putAll(all.iterator().next());
            security.clear();
        }
        return metadata;
    }

    private List<ImportedTool> shared(List<ImportedTool> tools) {
        return tools.stream()
                .map(tool -> tool.with(security.getOrDefault(tool.name(), Map.of())))
                .toList();
    }

    private List<ImportedTool> operations(String path, JsonNode item, Security schemes) {
        List<ImportedTool> tools = new ArrayList<>();
        JsonNode resolved;
        try {
            resolved = references.resolve(item);
        } catch (Unusable e) {
            refused.put(path, e.told());
            return tools;
        }
        for (String method : METHODS) {
            JsonNode operation = resolved.path(method);
            if (operation.isObject()) {
                String name = name(method, path, operation);
                if (!names.add(name)) {
                    refused.put(
                            method.toUpperCase(Locale.ROOT) + " " + path,
                            "another operation has the operationId " + name);
                    continue;
                }
                try {
                    tools.add(tool(name, method, path, resolved, operation, schemes));
                } catch (Unusable e) {
                    refused.put(name, e.told());
                }
            }
        }
        return tools;
    }

    private static String name(String method, String path, JsonNode operation) {
        String id = operation.path("operationId").asText("").strip();
        if (!id.isEmpty()) {
            return id;
        }
        String words = path.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_|_$", "");
        return words.isEmpty() ? method : method + "_" + words;
    }

    private ImportedTool tool(
            String name, String method, String path, JsonNode item, JsonNode operation, Security schemes) {
        Arguments arguments = new Arguments(references);
        List<JsonNode> ofBody = new ArrayList<>();
        for (JsonNode parameter : parameters(item, operation)) {
            String in = parameter.path("in").asText("");
            if (in.equals("body") || in.equals("formData")) {
                ofBody.add(parameter);
            } else {
                arguments.parameter(parameter);
            }
        }
        undeclared(path, item, operation).forEach(arguments::parameter);
        Bodies bodies = new Bodies(arguments);
        if (swagger) {
            JsonNode consumes = operation.has("consumes") ? operation.path("consumes") : root.path("consumes");
            bodies.ofSwagger(ofBody, consumes);
        } else if (operation.has("requestBody")) {
            bodies.of(references.resolve(operation.path("requestBody")));
        }
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("method", method.toUpperCase(Locale.ROOT));
        settings.put("path", path);
        String server = Servers.declared(operation.path("servers"), place);
        server = server == null ? Servers.declared(item.path("servers"), place) : server;
        if (server != null && !swagger) {
            settings.put("server_url", server);
        }
        settings.putAll(arguments.settings());
        if (SAFE.contains(method)) {
            settings.put("annotations_readOnlyHint", true);
        }
        security.put(name, schemes.of(operation.has("security") ? operation.path("security") : root.path("security")));
        return new ImportedTool(
                name,
                operation.path("summary").asText(""),
                description(operation),
                arguments.schema().toString(),
                null,
                SAFE.contains(method) || method.equals("put"),
                settings);
    }

    /** Those of the path, and those of the operation, which come before them. */
    private List<JsonNode> parameters(JsonNode item, JsonNode operation) {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        for (JsonNode list : List.of(item.path("parameters"), operation.path("parameters"))) {
            for (JsonNode each : list) {
                JsonNode parameter = references.resolve(each);
                if (parameter.path("name").asText("").isEmpty()) {
                    throw new Unusable("a parameter of it has no name");
                }
                all.put(
                        parameter.path("in").asText() + " "
                                + parameter.path("name").asText(),
                        parameter);
            }
        }
        return List.copyOf(all.values());
    }

    /** Places of the path that no parameter stands for. */
    private List<JsonNode> undeclared(String path, JsonNode item, JsonNode operation) {
        List<JsonNode> all = parameters(item, operation);
        List<JsonNode> found = new ArrayList<>();
        Matcher place = PLACE.matcher(path);
        while (place.find()) {
            String name = place.group(1);
            if (all.stream()
                    .noneMatch(each -> each.path("in").asText().equals("path")
                            && each.path("name").asText().equals(name))) {
                ObjectNode parameter = JsonNodeFactory.instance.objectNode();
                parameter
                        .put("name", name)
                        .put("in", "path")
                        .putObject("schema")
                        .put("type", "string");
                found.add(parameter);
            }
        }
        return found;
    }

    private static String description(JsonNode operation) {
        String summary = operation.path("summary").asText("").strip();
        String description = operation.path("description").asText("").strip();
        String deprecated = operation.path("deprecated").asBoolean() ? "Deprecated. " : "";
        String whole = summary.isEmpty() || description.startsWith(summary) || summary.equals(description)
                ? description
                : description.isEmpty() ? summary : summary + "\n\n" + description;
        return deprecated + whole;
    }
}
