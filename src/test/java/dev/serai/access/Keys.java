package dev.serai.access;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A file of API keys that a test adds to, and a gateway with capabilities for some roles. */
final class Keys {
    static final String HI = "{\"message\":\"hi\"}";
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: "%s", requires_session: true, tool_name: echo }
            capabilities:
              - { id: open.echo }
              - { id: reader.echo, metadata: { access: { roles: [reader, writer] } } }
              - { id: writer.echo, description: for writers, metadata: { access_roles: writer } }
            """;

    private final Path folder;
    private final Map<String, String> lines = new LinkedHashMap<>();

    Keys(Path folder) {
        this.folder = folder;
        write();
    }

    Path file() {
        return folder.resolve("keys.yaml");
    }

    /** Makes a key, and writes the file. */
    String add(String name, String... roles) {
        NewApiKey made = NewApiKey.make(name, Set.of(roles));
        lines.put(name, made.line());
        write();
        return made.key();
    }

    void remove(String name) {
        lines.remove(name);
        write();
    }

    private void write() {
        try {
            Path next = folder.resolve("keys.next");
            Files.write(next, new ArrayList<>(lines.values()));
            Files.move(next, file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TestGateway.Builder declared(Path folder, SampleMcpServer server) {
        return TestGateway.in(folder).capabilities("c.yaml", DECLARATIONS.formatted(server.uri()));
    }

    TestGateway.Builder gateway(SampleMcpServer server) {
        return declared(folder, server).setting("serai.access.api-keys-file", file().toString());
    }

    static HttpResponse<String> get(TestGateway gateway, String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(gateway.gateway().url() + path));
        return gateway.send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    static String code(HttpResponse<String> answer) {
        return TestGateway.tree(answer.body()).path("code").asText();
    }

    /** The ids that the catalogue shows. */
    static List<String> listed(HttpResponse<String> answer) {
        return TestGateway.tree(answer.body()).path("capabilities").findValuesAsText("id");
    }
}
