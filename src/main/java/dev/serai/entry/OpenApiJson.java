package dev.serai.entry;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.invocation.ProblemDocument;
import dev.serai.invocation.SeraiHeaders;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** OpenAPI 3.1: one path for each capability, its schemas passed through as declared. */
final class OpenApiJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> PARAMETERS = List.of(
            SeraiHeaders.REQUEST_ID,
            SeraiHeaders.CONVERSATION,
            SeraiHeaders.PRIORITY,
            SeraiHeaders.TIMEOUT_MS,
            "raw",
            "stream");

    private static final Map<String, String> REPLY_HEADERS = new TreeMap<>(Map.of(
            SeraiHeaders.REQUEST_ID, "string",
            SeraiHeaders.SESSION, "string",
            SeraiHeaders.SESSION_REUSED, "boolean",
            SeraiHeaders.ATTEMPTS, "integer",
            SeraiHeaders.DURATION_MS, "integer",
            SeraiHeaders.CACHE, "string",
            SeraiHeaders.FALLBACK, "string",
            SeraiHeaders.FALLBACK_REASON, "string"));

    private OpenApiJson() {}

    static void write(Iterable<Capability> visible, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("openapi", "3.1.0");
        json.writeObjectFieldStart("info");
        json.writeStringField("title", "Serai capabilities");
        json.writeStringField("version", "1");
        json.writeEndObject();
        json.writeObjectFieldStart("paths");
        for (Capability capability : visible) {
            json.writeFieldName(path(capability.id()));
            json.writeTree(NODES.objectNode().set("post", operation(capability)));
        }
        for (String probe : List.of("", "/live", "/ready")) {
            json.writeFieldName(HealthEntry.PATH + probe);
            json.writeTree(NODES.objectNode().set("get", health()));
        }
        json.writeEndObject();
        json.writeFieldName("components");
        json.writeTree(components());
        json.writeEndObject();
    }

    private static String path(String id) {
        return RestRequest.BASE
                + URLEncoder.encode(id, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("%2F", "/");
    }

    private static ObjectNode operation(Capability capability) {
        ObjectNode operation = NODES.objectNode();
        operation.put("operationId", capability.id());
        operation.put("summary", capability.name());
        operation.put("description", capability.description());
        var parameters = operation.putArray("parameters");
        PARAMETERS.forEach(name -> parameters.addObject().put("$ref", "#/components/parameters/" + name));
        operation.set(
                "requestBody",
                content("application/json", capability.arguments().json()));
        JsonNode output = capability.outputSchema() == null ? NODES.objectNode() : capability.outputSchema();
        ObjectNode responses = operation.putObject("responses");
        ObjectNode result = content("application/json", output).put("description", "The result");
        ObjectNode headers = result.putObject("headers");
        REPLY_HEADERS.forEach((name, type) -> headers.putObject(name).put("$ref", "#/components/headers/" + name));
        responses.set("200", result);
        responses.putObject("default").put("$ref", "#/components/responses/Problem");
        return operation;
    }

    private static ObjectNode health() {
        ObjectNode operation = NODES.objectNode();
        operation.put("summary", "Health");
        ObjectNode responses = operation.putObject("responses");
        ObjectNode status = NODES.objectNode().put("type", "object");
        status.putObject("properties").set("status", text());
        responses.set("200", content("application/json", status).put("description", "UP"));
        responses.set("503", content("application/json", status).put("description", "DOWN"));
        return operation;
    }

    private static ObjectNode content(String mediaType, JsonNode schema) {
        ObjectNode body = NODES.objectNode();
        body.putObject("content").putObject(mediaType).set("schema", schema);
        return body;
    }

    private static ObjectNode components() {
        ObjectNode components = NODES.objectNode();
        ObjectNode parameters = components.putObject("parameters");
        parameter(parameters, SeraiHeaders.REQUEST_ID, "header", text().put("maxLength", 128));
        parameter(parameters, SeraiHeaders.CONVERSATION, "header", text().put("maxLength", 256));
        ObjectNode priority = text();
        priority.putArray("enum").add("high").add("medium").add("low");
        parameter(parameters, SeraiHeaders.PRIORITY, "header", priority);
        ObjectNode timeout =
                NODES.objectNode().put("type", "integer").put("minimum", 1).put("maximum", 86_400_000);
        parameter(parameters, SeraiHeaders.TIMEOUT_MS, "header", timeout);
        parameter(parameters, "raw", "query", NODES.objectNode().put("type", "boolean"));
        parameter(parameters, "stream", "query", NODES.objectNode().put("type", "boolean"));
        ObjectNode headers = components.putObject("headers");
        REPLY_HEADERS.forEach(
                (name, type) -> headers.putObject(name).putObject("schema").put("type", type));
        ObjectNode problem = content(
                        ProblemDocument.MEDIA_TYPE, NODES.objectNode().put("$ref", "#/components/schemas/Problem"))
                .put("description", "The call failed");
        ObjectNode failed = problem.putObject("headers");
        REPLY_HEADERS.forEach((name, type) -> failed.putObject(name).put("$ref", "#/components/headers/" + name));
        failed.putObject("Retry-After").putObject("schema").put("type", "integer");
        components.putObject("responses").set("Problem", problem);
        components.putObject("schemas").set("Problem", problemSchema());
        return components;
    }

    private static void parameter(ObjectNode parameters, String name, String in, ObjectNode schema) {
        parameters.putObject(name).put("name", name).put("in", in).set("schema", schema);
    }

    private static ObjectNode problemSchema() {
        ObjectNode schema = NODES.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        for (String name : List.of("type", "title", "detail", "code", "capability", "requestId")) {
            properties.set(name, text());
        }
        properties.putObject("status").put("type", "integer");
        schema.putArray("required").add("type").add("title").add("status").add("code");
        return schema;
    }

    private static ObjectNode text() {
        return NODES.objectNode().put("type", "string");
    }
}
