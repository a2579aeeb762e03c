package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.gateway.Gateway;
import dev.serai.gateway.GatewayOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The main job against the MCP project's own reference server, which nobody here wrote. */
@Tag("integration")
@Timeout(120)
class ServerEverythingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: "%s", requires_session: true }
            capabilities:
              - id: it.echo
                metadata: { mcp: { tool_name: echo } }
                input_schema: { type: object, properties: { message: { type: string } }, required: [message] }
              - id: it.sum
                metadata: { mcp: { tool_name: get-sum } }
                input_schema: { type: object, properties: { a: { type: number }, b: { type: number } }, required: [a, b] }
              - id: it.long
                metadata: { mcp: { tool_name: trigger-long-running-operation } }
                input_schema: { type: object, properties: { duration: { type: number }, steps: { type: number } } }
            """;

    private static NpmServer server;

    private Path capabilities;
    private RecordingProxy proxy;
    private Gateway gateway;

    @BeforeAll
    static void startServer() throws IOException {
        server = ServerEverything.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startGateway(@TempDir Path folder) throws Exception {
        capabilities = folder;
        proxy = RecordingProxy.before(server.uri(ServerEverything.PATH));
        Files.writeString(capabilities.resolve("everything.yaml"), DECLARATIONS.formatted(proxy.uri()));
        gateway = Gateway.start(new GatewayOptions(
                Path.of(""), List.of(capabilities), List.of(), null, Map.of("serai.http.port", "0"), true));
    }

    @AfterEach
    void stopGateway() {
        gateway.close();
        proxy.close();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "it.echo | {\"message\":\"hi\"}         | Echo: hi",
                "it.sum  | {\"a\":2,\"b\":40}           | The sum of 2 and 40 is 42.",
                "it.long | {\"duration\":0.2,\"steps\":2} | Long running operation completed. Duration: 0.2 seconds, Steps: 2.",
            })
    void aToolAnswersOverRestThroughARouteAndOnTheCommandLine(String id, String arguments, String answer)
            throws Exception {
        HttpResponse<String> rest = post(id, arguments);
        assertThat(rest.statusCode()).as(rest.body()).isEqualTo(200);
        assertThat(JSON.readTree(rest.body()).asText()).isEqualTo(answer);

        Exchange direct = invoke(id, arguments);
        assertThat(direct.getMessage().getHeader("CapabilityStatus")).isEqualTo("completed");
        assertThat(direct.getMessage().getBody(JsonNode.class).asText()).isEqualTo(answer);

        Launcher.Run run = Launcher.serai("call", id, arguments, "--capabilities", capabilities.toString());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(JSON.readTree(run.out()).asText()).isEqualTo(answer);
    }

    @Test
    void twoToolsShareOneSession() throws Exception {
        assertThat(post("it.echo", "{\"message\":\"a\"}").statusCode()).isEqualTo(200);
        assertThat(post("it.sum", "{\"a\":1,\"b\":2}").statusCode()).isEqualTo(200);

        assertThat(proxy.toolCalls()).isEqualTo(2);
        assertThat(proxy.initializes()).isEqualTo(1);
    }

    @Test
    void aSessionLostAtTheServerIsOpenedOnceMoreAndTheCallerSeesNothing() throws Exception {
        assertThat(post("it.echo", "{\"message\":\"before\"}").statusCode()).isEqualTo(200);
        assertThat(proxy.endSession()).isEqualTo(200);

        HttpResponse<String> after = post("it.echo", "{\"message\":\"after\"}");

        assertThat(after.statusCode()).as(after.body()).isEqualTo(200);
        assertThat(after.body()).contains("Echo: after");
        assertThat(proxy.initializes()).isEqualTo(2);
        assertThat(proxy.toolCalls()).as("first call, refused call, replay").isEqualTo(3);
    }

    @Test
    void shutdownEndsTheSessionAtTheServer() throws Exception {
        assertThat(post("it.echo", "{\"message\":\"hi\"}").statusCode()).isEqualTo(200);
        assertThat(proxy.deletes()).isZero();

        gateway.close();

        assertThat(proxy.deletes()).isEqualTo(1);
        assertThat(proxy.endSession()).as("status of a second DELETE").isEqualTo(400);
    }

    @Test
    void noMetadataHeaderReachesTheServer() throws Exception {
        assertThat(post("it.echo", "{\"message\":\"hi\"}").statusCode()).isEqualTo(200);

        assertThat(proxy.seen()).isNotEmpty().allSatisfy(seen -> assertThat(seen.headerNames())
                .noneMatch(
                        name -> name.startsWith("mcp_") || name.startsWith("capability") || name.startsWith("camel")));
    }

    private HttpResponse<String> post(String id, String arguments) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url() + "/capabilities/" + id))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(arguments))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private Exchange invoke(String id, String arguments) throws IOException {
        try (ProducerTemplate template = gateway.camelContext().createProducerTemplate()) {
            return template.request("direct:invoke-capability", exchange -> {
                exchange.getMessage().setHeader("CapabilityId", id);
                exchange.getMessage().setBody(arguments);
            });
        }
    }
}
