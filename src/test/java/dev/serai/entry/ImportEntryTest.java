package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running gateway asks a server what it offers, and answers with the declarations. */
@Timeout(120)
class ImportEntryTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private static HttpResponse<String> ask(TestGateway gateway, Map<String, String> body) throws IOException {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.gateway().url() + "/admin/import"))
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build());
    }

    @Test
    void theFileThatIsAnsweredDeclaresTheServersToolsAndIsUpToDateTheNextTime() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer();
                TestGateway gateway = TestGateway.in(folder).start()) {
            String url = server.start().toString();
            HttpResponse<String> first = ask(gateway, Map.of("protocol", "mcp", "url", url, "name", "tools"));
            assertThat(first.statusCode()).as("%s", first.body()).isEqualTo(200);
            JsonNode answer = TestGateway.tree(first.body());
            String text = answer.path("text").asText();
            assertThat(answer.path("file").asText()).isEqualTo("tools.yaml");
            assertThat(answer.path("added")).extracting(JsonNode::asText).contains("mcp.tools.echo", "mcp.tools.add");
            assertThat(gateway.get("/capabilities/mcp.tools.echo").statusCode()).isEqualTo(404);

            Files.writeString(gateway.capabilities().resolve("tools.yaml"), text);
            gateway.send(HttpRequest.newBuilder(URI.create(gateway.gateway().url() + "/admin/reload"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build());
            assertThat(gateway.post("mcp.tools.echo", "{\"message\":\"hi\"}").body())
                    .contains("hi");

            JsonNode again = TestGateway.tree(
                    ask(gateway, Map.of("protocol", "mcp", "url", url, "name", "tools", "before", text))
                            .body());
            assertThat(again.path("text").asText()).isEqualTo(text);
            assertThat(again.path("added")).isEmpty();
        }
    }

    @Test
    void whatCannotBeImportedIsSaid() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer();
                TestGateway gateway = TestGateway.in(folder).start()) {
            String url = server.start().toString();
            refused(ask(gateway, Map.of()), 400, "protocol");
            refused(ask(gateway, Map.of("protocol", "mcp")), 400, "url: expected");
            refused(ask(gateway, Map.of("url", "ftp://x/y", "protocol", "mcp")), 400, "url: expected");
            Path secret = Files.writeString(folder.resolve("api.yaml"), "openapi: 3.0.0");
            for (String place : List.of(secret.toString(), secret.toUri().toString(), "stdio:" + secret)) {
                refused(ask(gateway, Map.of("url", place, "protocol", "openapi")), 400, "url: expected");
            }
            refused(ask(gateway, Map.of("url", url, "protocol", "smtp")), 400, "protocol: expected one of");
            refused(ask(gateway, Map.of("url", url, "protocol", "mcp", "before", "- a")), 400, "before cannot be");
            refused(ask(gateway, Map.of("url", "http://127.0.0.1:1/", "protocol", "mcp")), 503, "upstream_unavailable");
        }
    }

    private static void refused(HttpResponse<String> answer, int status, String why) {
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(why);
    }
}
