package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An import reaches its server with the certificates that the operator set for upstreams. */
@Timeout(120)
class ImportNetworkTest {
    private static final List<String> PROTOCOLS = List.of("mcp", "openapi");
    private static final String MESSAGE = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":"
            + "{\"protocolVersion\":\"2025-11-25\",\"tools\":[{\"name\":\"get\",\"inputSchema\":{\"type\":\"object\"}}]}}";
    private static final String DESCRIPTION = "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"t\",\"version\":\"1\"},"
            + "\"servers\":[{\"url\":\"/\"}],\"paths\":{\"/x\":{\"get\":{\"operationId\":\"get\",\"responses\":{}}}}}";

    @TempDir
    Path folder;

    /** A POST is answered as an MCP server does, a GET with a description. */
    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode message = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
            byte[] body = (exchange.getRequestMethod().equals("GET")
                            ? DESCRIPTION
                            : MESSAGE.formatted(message.path("id")))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static HttpResponse<String> ask(TestGateway gateway, String protocol, String url) throws IOException {
        String body = Json.MAPPER.writeValueAsString(Map.of("protocol", protocol, "url", url, "name", "tools"));
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.gateway().url() + "/admin/import"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void theServerIsTrustedByTheOperatorsCertificateAndShownAnother() throws Exception {
        Path theirs = folder.resolve("theirs.pem");
        Path theirKey = folder.resolve("their-key.pem");
        Path ours = folder.resolve("ours.pem");
        Path ourKey = folder.resolve("our-key.pem");
        Certificate.make(folder, "RSA").write(theirs, theirKey);
        Certificate.make(folder, "RSA").write(ours, ourKey);
        HttpServer server = ClientAuthServer.create(theirs, theirKey, ours);
        server.createContext("/", ImportNetworkTest::answer);
        server.start();
        String url = "https://127.0.0.1:" + server.getAddress().getPort() + "/mcp";
        try (TestGateway plain = TestGateway.in(folder.resolve("plain")).start();
                TestGateway set = TestGateway.in(folder.resolve("set"))
                        .setting("serai.upstream.tls.ca", theirs.toString())
                        .setting("serai.upstream.tls.certificate", ours.toString())
                        .setting("serai.upstream.tls.key", ourKey.toString())
                        .start()) {
            for (String protocol : PROTOCOLS) {
                HttpResponse<String> imported = ask(set, protocol, url);
                assertThat(imported.statusCode()).as(imported.body()).isEqualTo(200);
                assertThat(TestGateway.tree(imported.body()).path("added"))
                        .extracting(JsonNode::asText)
                        .containsExactly(protocol + ".tools.get");
                assertThat(ask(plain, protocol, url).statusCode()).as(protocol).isEqualTo(503);
            }
        } finally {
            server.stop(0);
        }
    }
}
