package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.gateway.TestHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A client that says what a test wants said, and a gateway with the fixture of the official suite to say it to. */
final class RawMcp {
    static final String ACCEPT = "application/json, text/event-stream";
    static final String MODERN_META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{},\"sampling\":{},\"roots\":{}}";

    private static final Path RESOURCES = Path.of("src/test/resources/conformance");

    private final String url;
    private final String[] credentials;

    RawMcp(TestGateway gateway, String... credentials) {
        this(gateway.gateway().url() + "/mcp", credentials);
    }

    private RawMcp(String url, String... credentials) {
        this.url = url;
        this.credentials = credentials;
    }

    static TestGateway.Builder gateway(Path folder) {
        try {
            return TestGateway.in(folder)
                    .capabilities(RESOURCES.resolve("capabilities"))
                    .routes(
                            "providers/fixture.camel.yaml",
                            Files.readString(RESOURCES.resolve("routes/fixture.camel.yaml")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    RawMcp group(String name) {
        return new RawMcp(url + "/" + name, credentials);
    }

    HttpRequest.Builder request(String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        List<String> all = new ArrayList<>(List.of(credentials));
        all.addAll(List.of(headers));
        for (int i = 0; i < all.size(); i += 2) {
            request.header(all.get(i), all.get(i + 1));
        }
        return request;
    }

    HttpResponse<String> post(String body, String... headers) {
        return send(request(headers)
                .header("Content-Type", "application/json")
                .header("Accept", ACCEPT)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return TestHttp.send(request.build());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new session of this revision, whose client can be asked everything. */
    String initialize(String version) {
        HttpResponse<String> answer = post("""
                {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s",\
                "capabilities":{"elicitation":{},"sampling":{}},"clientInfo":{"name":"t","version":"1"}}}\
                """.formatted(version));
        return answer.headers()
                .firstValue("Mcp-Session-Id")
                .orElseThrow(() -> new IllegalStateException(answer.body()));
    }

    /** A request in a session; the message that answers it, from JSON or the end of an event stream. */
    JsonNode ask(String session, String method, String params) {
        return answer(post(rpc(1, method, params), "Mcp-Session-Id", session));
    }

    /** A request of 2026-07-28 with the headers that it needs. */
    HttpResponse<String> modern(String method, String params, String... headers) {
        List<String> all = new ArrayList<>(List.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method));
        JsonNode read = TestGateway.tree(params);
        String name = read.path("name").asText(read.path("uri").asText());
        if (!name.isEmpty()) {
            all.addAll(List.of("Mcp-Name", name));
        }
        all.addAll(List.of(headers));
        String given = params.equals("{}") ? "" : params.substring(1, params.length() - 1) + ",";
        return post(rpc(7, method, "{" + given + MODERN_META + "}}"), all.toArray(String[]::new));
    }

    static String rpc(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    /** The names of the tools in a result. */
    static List<String> names(JsonNode result) {
        List<String> names = new ArrayList<>();
        result.path("tools").forEach(tool -> names.add(tool.path("name").asText()));
        return names;
    }

    static JsonNode answer(HttpResponse<String> response) {
        List<JsonNode> messages = messages(response.body());
        return messages.get(messages.size() - 1);
    }

    /** The messages of a body that is JSON or a whole event stream. */
    static List<JsonNode> messages(String body) {
        if (!body.contains("data: ")) {
            return List.of(TestGateway.tree(body));
        }
        return body.lines()
                .filter(line -> line.startsWith("data: ") && line.length() > 6)
                .map(line -> TestGateway.tree(line.substring(6)))
                .toList();
    }
}
