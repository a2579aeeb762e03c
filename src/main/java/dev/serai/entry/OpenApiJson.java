package dev.serai.entry;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.invocation.ProblemDocument;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** OpenAPI 3.1: one path for each capability, its schemas passed through as declared. */
final class OpenApiJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> PARAMETERS =
            List.of("Serai-Request-Id", "Serai-Conversation", "Serai-Priority", "Serai-Timeout-Ms", "raw");

    private OpenApiJson() {}

    static void write(Catalog catalog, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("openapi", "3.1.0");
        json.writeObjectFieldStart("info");
        json.writeStringField("title", "Serai capabilities");
        json.writeStringField("version", "1");
        json.writeEndObject();
        json.writeObjectFieldStart("paths");
        for (Capability capability : catalog.all()) {
            json.writeFieldName(path(capability.id()));
            json.writeTree(NODES.objectNode().set("post", operation(capability)));
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
        responses.set("200", content("application/json", output).put("description", "The result"));
        responses.putObject("default").put("$ref", "#/components/responses/Problem");
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
        parameter(parameters, "Serai-Request-Id", "header", text().put("maxLength", 128));
        parameter(parameters, "Serai-Conversation", "header", text().put("maxLength", 256));
        ObjectNode priority = text();
        priority.putArray("enum").add("high").add("medium").add("low");
        parameter(parameters, "Serai-Priority", "header", priority);
        ObjectNode timeout =
                NODES.objectNode().put("type", "integer").put("minimum", 1).put("maximum", 86_400_000);
        parameter(parameters, "Serai-Timeout-Ms", "header", timeout);
        parameter(parameters, "raw", "query", NODES.objectNode().put("type", "boolean"));
        ObjectNode problem = content(
                        ProblemDocument.MEDIA_TYPE, NODES.objectNode().put("$ref", "#/components/schemas/Problem"))
                .put("description", "The call failed");
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
