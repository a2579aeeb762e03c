package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of the operator's own where the upstream is reached over a WebSocket. */
@Timeout(120)
class SocketNetworkTest {
    private static final int PATIENCE_SECONDS = 30;

    @TempDir
    Path folder;

    private TestGateway gateway(int port, Path trusted) throws Exception {
        return TestGateway.in(Files.createTempDirectory(folder, "gateway"))
                .capabilities("s.yaml", """
                        capabilities:
                          - { id: s.call, metadata: { websocket: { server_url: "wss://127.0.0.1:%d/", requires_session: true } } }
                        """.formatted(port))
                .setting("serai.upstream.tls.ca", trusted.toString())
                .start();
    }

    @Test
    void aServerIsTrustedByTheOperatorsCertificateAndNoOther() throws Exception {
        Path theirs = folder.resolve("theirs.pem");
        Path key = folder.resolve("their-key.pem");
        Path others = folder.resolve("others.pem");
        Certificate.make(folder, "RSA").write(theirs, key);
        Certificate.make(folder, "RSA").write(others, folder.resolve("other-key.pem"));
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                            .setSsl(true)
                            .setKeyCertOptions(new PemKeyCertOptions()
                                    .addCertPath(theirs.toString())
                                    .addKeyPath(key.toString())))
                    .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            try (TestGateway gateway = gateway(server.actualPort(), theirs)) {
                assertThat(gateway.post("s.call", "{\"a\":1}").body()).contains("\"a\":1");
            }
            try (TestGateway gateway = gateway(server.actualPort(), others)) {
                assertThat(gateway.post("s.call", "{\"a\":1}").body())
                        .contains("upstream_unavailable")
                        .contains("TLS handshake");
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
