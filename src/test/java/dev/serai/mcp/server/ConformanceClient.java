package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The client that the official suite wants to see, in front of a server of the suite: imports what the server offers, and
 * has a gateway call it as the scenario asks. Its arguments are those of the suite: the server's URL, and the environment
 * variables {@code MCP_CONFORMANCE_SCENARIO} and {@code MCP_CONFORMANCE_CONTEXT}.
 */
public final class ConformanceClient {
    private static final String PREFIX = "up.";

    private final String scenario;
    private final JsonNode context;
    private final String url;
    private final Path folder;

    private ConformanceClient(String scenario, JsonNode context, String url, Path folder) {
        this.scenario = scenario;
        this.context = context;
        this.url = url;
        this.folder = folder;
    }

    /** Exits with 0 where everything could be called that was to be called. */
    public static void main(String[] args) throws Exception {
        String scenario = Objects.requireNonNullElse(System.getenv("MCP_CONFORMANCE_SCENARIO"), "");
        String context = Objects.requireNonNullElse(System.getenv("MCP_CONFORMANCE_CONTEXT"), "{}");
        if (scenario.startsWith("auth/") && !TestGateway.tree(context).has("client_id")) {
            System.err.println(scenario + ": the gateway has to be known to the authorization server beforehand");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("serai-conformance-");
        new ConformanceClient(scenario, TestGateway.tree(context), args[args.length - 1], folder).run();
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        TestGateway.Builder builder = TestGateway.in(folder).setting("serai.audit", "off");
        if (scenario.startsWith("auth/")) {
            builder.capabilities("up.yaml", clientCredentials());
            builder.environment("CLIENT_SECRET", context.path("client_secret").asText());
            builder.environment("CLIENT_KEY", context.path("private_key_pem").asText());
        } else {
            importTools();
        }
        try (TestGateway gateway = builder.start()) {
            RawMcp mcp = new RawMcp(gateway);
            switch (scenario) {
                case "elicitation-sep1034-client-defaults" -> acceptWithDefaults(gateway, mcp);
                case "sep-2322-client-request-state" -> answerWhatIsAsked(mcp);
                case "json-schema-2020-12-preservation" -> echoSchema(gateway, mcp);
                case "http-standard-headers" -> {
                    callAll(gateway);
                    readAll(mcp);
                }
                default -> callAll(gateway);
            }
        }
    }

    private String clientCredentials() {
        return """
                capabilities:
                  - id: up.test-tool
                    metadata:
                      mcp:
                        server_url: "%s"
                        requires_session: auto
                        oauth_client_id: "%s"
                        %s
                    input_schema: { type: object }
                """.formatted(
                        url,
                        context.path("client_id").asText(),
                        context.has("private_key_pem")
                                ? "oauth_private_key_env: CLIENT_KEY"
                                : "oauth_client_secret_env: CLIENT_SECRET");
    }

    /** As a user does. */
    private void importTools() throws IOException, InterruptedException {
        Path capabilities = Files.createDirectories(folder.resolve("capabilities"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.serai.cli.Main",
                        "import",
                        "mcp",
                        url,
                        "--name",
                        "up",
                        "--prefix",
                        PREFIX,
                        "--output",
                        capabilities.resolve("up.yaml").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        // What it could not declare it has said.
        var unused = process.waitFor();
    }

    /** The calls that the suite names, or one of each tool. */
    private void callAll(TestGateway gateway) {
        if (context.has("toolCalls")) {
            for (JsonNode call : context.path("toolCalls")) {
                ObjectNode arguments = call.path("arguments").deepCopy();
                // The gateway takes no null for what the schema says is a boolean; to leave it out says the same.
                arguments.properties().removeIf(argument -> argument.getValue().isNull());
                call(gateway, PREFIX + call.path("name").asText(), arguments);
            }
            return;
        }
        for (JsonNode capability :
                TestGateway.tree(gateway.get("/capabilities").body()).path("capabilities")) {
            ObjectNode arguments = Json.MAPPER.createObjectNode();
            capability
                    .path("inputSchema")
                    .path("properties")
                    .properties()
                    .forEach(property -> arguments.set(property.getKey(), sample(property.getValue())));
            call(gateway, capability.path("id").asText(), arguments);
        }
    }

    private static JsonNode sample(JsonNode schema) {
        return switch (schema.path("type").asText()) {
            case "number", "integer" -> Json.MAPPER.getNodeFactory().numberNode(2);
            case "boolean" -> Json.MAPPER.getNodeFactory().booleanNode(true);
            case "object" -> Json.MAPPER.createObjectNode();
            case "array" -> Json.MAPPER.createArrayNode();
            default -> Json.MAPPER.getNodeFactory().textNode("text");
        };
    }

    private static void call(TestGateway gateway, String id, JsonNode arguments) {
        System.out.println(id + " " + arguments + " -> "
                + gateway.call(id, arguments.toString()).body());
    }

    /** Everything that is no tool, as a client of 2026-07-28. */
    private static void readAll(RawMcp mcp) {
        for (JsonNode resource : result(mcp, "resources/list", "{}").path("resources")) {
            result(
                    mcp,
                    "resources/read",
                    object().set("uri", resource.path("uri")).toString());
        }
        for (JsonNode prompt : result(mcp, "prompts/list", "{}").path("prompts")) {
            result(mcp, "prompts/get", object().set("name", prompt.path("name")).toString());
        }
    }

    private static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    private static JsonNode result(RawMcp mcp, String method, String params) {
        JsonNode answer = RawMcp.answer(mcp.modern(method, params));
        System.out.println(method + " " + params + " -> " + answer);
        return answer.path("result");
    }

    /** A client of the session era that accepts every form with what it proposes. */
    private static void acceptWithDefaults(TestGateway gateway, RawMcp mcp) {
        String session = mcp.initialize("2025-11-25");
        String tool = PREFIX + "test_client_elicitation_defaults";
        try (LiveStream stream = LiveStream.send(
                gateway,
                "POST",
                "Mcp-Session-Id: " + session,
                RawMcp.rpc(1, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":{}}"))) {
            for (JsonNode message = stream.next(); message != null; message = stream.next()) {
                System.out.println(message);
                if (message.path("method").asText().equals("elicitation/create")) {
                    ObjectNode content = object();
                    message.path("params")
                            .path("requestedSchema")
                            .path("properties")
                            .properties()
                            .forEach(field ->
                                    content.set(field.getKey(), field.getValue().path("default")));
                    ObjectNode answer = object().put("jsonrpc", "2.0");
                    answer.set("id", message.path("id"));
                    answer.putObject("result").put("action", "accept").set("content", content);
                    mcp.post(answer.toString(), "Mcp-Session-Id", session);
                } else if (message.has("result") || message.has("error")) {
                    return;
                }
            }
        }
    }

    /** A client of 2026-07-28 that accepts whatever it is asked, with another call in between. */
    private static void answerWhatIsAsked(RawMcp mcp) {
        for (String tool : List.of("test_mrtr_echo_state", "test_mrtr_no_state", "test_mrtr_no_result_type")) {
            ObjectNode params = object().put("name", PREFIX + tool);
            params.putObject("arguments");
            JsonNode asked = result(mcp, "tools/call", params.toString());
            if (asked.path("resultType").asText().equals("input_required")) {
                result(mcp, "tools/call", "{\"name\":\"" + PREFIX + "test_mrtr_unrelated\",\"arguments\":{}}");
                ObjectNode responses = params.putObject("inputResponses");
                asked.path("inputRequests").fieldNames().forEachRemaining(key -> responses
                        .putObject(key)
                        .put("action", "accept")
                        .putObject("content")
                        .put("confirmed", true));
                if (asked.has("requestState")) {
                    params.set("requestState", asked.path("requestState"));
                }
                result(mcp, "tools/call", params.toString());
            }
        }
    }

    /** Sends back the schema of a tool as a client of the gateway sees it. */
    private static void echoSchema(TestGateway gateway, RawMcp mcp) {
        ArrayNode tools = (ArrayNode) result(mcp, "tools/list", "{}").path("tools");
        for (JsonNode tool : tools) {
            if (tool.path("name").asText().equals(PREFIX + "json_schema_2020_12_tool")) {
                call(gateway, PREFIX + "json_schema_echo", object().set("schema", tool.path("inputSchema")));
            }
        }
    }
}
