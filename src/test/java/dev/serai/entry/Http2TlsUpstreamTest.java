package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks HTTP/2 inside TLS is called where the operator's certificates say that it may be trusted. */
@Timeout(120)
class Http2TlsUpstreamTest {
    @TempDir
    Path folder;

    private Path chain;
    private Server server;

    @BeforeEach
    void start() throws Exception {
        chain = folder.resolve("chain.pem");
        Path key = folder.resolve("key.pem");
        Certificate.make(folder, "EC").write(chain, key);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .useTransportSecurity(chain.toFile(), key.toFile())
                .addService(new HealthStatusManager().getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    private TestGateway.Builder gateway() throws Exception {
        return TestGateway.in(Files.createTempDirectory(folder, "gateway"))
                .capabilities("tls.yaml", """
                capabilities:
                  - id: tls.call
                    metadata:
                      grpc: { server_url: "https://127.0.0.1:%d", method: grpc.health.v1.Health/Check, requires_session: true }
                """.formatted(server.getPort()));
    }

    @Test
    void aTrustedServerIsCalledAndAnotherIsNot() throws Exception {
        try (TestGateway gateway =
                gateway().setting("serai.upstream.tls.ca", chain.toString()).start()) {
            assertThat(gateway.post("tls.call", "{}").body()).isEqualTo("{\"status\":\"SERVING\"}");
        }
        try (TestGateway gateway = gateway().start()) {
            assertThat(gateway.post("tls.call", "{}").body())
                    .contains("upstream_unavailable")
                    .contains("the TLS handshake with 127.0.0.1:");
        }
    }
}
