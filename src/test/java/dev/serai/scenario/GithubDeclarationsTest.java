package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shipped declarations of one server's many tools, with the two variables that a user sets. */
@Timeout(120)
class GithubDeclarationsTest {
    private static final int TOOLS = 46;
    private static final String TOKEN = "a-token-of-a-user";

    @TempDir
    Path folder;

    @Test
    void allToolsInTurnUseOneSessionAndTheToken() {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            server.dials().acceptAnyTool(true).requireBearer(TOKEN);
            try (TestGateway gateway = TestGateway.in(folder)
                    .capabilities(Path.of("capabilities/github.yaml").toAbsolutePath())
                    .environment("MCP_SERVER_URL", server.uri().toString())
                    .environment("MCP_AUTH_TOKEN", TOKEN)
                    .start()) {
                List<Capability> all = gateway.gateway().capabilities().current().all().stream()
                        .filter(c -> c.id().startsWith("mcp.github."))
                        .toList();
                assertThat(all).hasSize(TOOLS);

                for (Capability capability : all) {
                    ObjectNode arguments = arguments(capability);
                    CallOutcome outcome = gateway.call(capability.id(), arguments.toString());
                    assertThat(outcome.completed())
                            .as("%s %s", capability.id(), outcome.body())
                            .isTrue();
                    assertThat(outcome.body()).as(capability.id()).isEqualTo(arguments);
                    String tool = capability.id().substring("mcp.github.".length());
                    assertThat(server.counters().executions(tool)).as(tool).isEqualTo(1);
                }

                assertThat(server.counters().initialize()).isEqualTo(1);
                assertThat(server.counters().calls()).isEqualTo(TOOLS);
                assertThat(server.counters().duplicateIds()).isZero();
                // The question what the server speaks, and the handshake, which is two.
                assertThat(server.requests()).hasSize(TOOLS + 3).allSatisfy(r -> assertThat(r.header("Authorization"))
                        .isEqualTo("Bearer " + TOKEN));
            }
        }
    }

    /** A value for every property, so that each type is sent once. */
    private static ObjectNode arguments(Capability capability) {
        return object(capability.arguments().json());
    }

    private static ObjectNode object(JsonNode schema) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        schema.path("properties").properties().forEach(p -> object.set(p.getKey(), value(p.getValue())));
        return object;
    }

    private static JsonNode value(JsonNode schema) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (schema.path("enum").isArray()) {
            return schema.path("enum").get(0);
        }
        return switch (schema.path("type").asText()) {
            case "number", "integer" -> nodes.numberNode(7);
            case "boolean" -> nodes.booleanNode(true);
            case "array" -> nodes.arrayNode().add(value(schema.path("items")));
            case "object" -> object(schema);
            default -> nodes.textNode("text");
        };
    }
}
