package dev.serai.mcp.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalRequest;
import dev.serai.http.LocalServers;
import dev.serai.http.UpstreamNetwork;
import dev.serai.importing.ImportConnection;
import dev.serai.importing.ImportSource;
import dev.serai.invocation.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EndlessListTest {
    private static final String RESULT =
            "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"protocolVersion\":\"2025-11-25\","
                    + "\"tools\":[],\"nextCursor\":\"c%s\"}}";

    /** Asked for nothing here. */
    private static final LocalServers NONE = new LocalServers() {
        @Override
        public Set<String> names() {
            return Set.of();
        }

        @Override
        public CompletableFuture<LocalAnswer> send(LocalRequest request) {
            return CompletableFuture.failedFuture(new IllegalStateException());
        }

        @Override
        public void close() {}
    };

    @Test
    void aListIsGivenUpWhenItsTimeIsOver() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                var id = Json.MAPPER
                        .readTree(exchange.getRequestBody().readAllBytes())
                        .path("id");
                byte[] answer = RESULT.formatted(id, id).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp";
        try (ImportConnection connection =
                new McpImporter(Duration.ZERO).open(new ImportSource(url, null, NONE, UpstreamNetwork.PLAIN))) {
            assertThatThrownBy(connection::fetch).hasMessage("the server's list has not come to an end in 0 s");
        } finally {
            server.stop(0);
        }
    }
}
