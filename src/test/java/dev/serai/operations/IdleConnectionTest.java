package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that drops connections which nobody uses. */
@Timeout(120)
class IdleConnectionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private TestGateway.Builder gateway(String url) {
        return TestGateway.in(folder)
                .capabilities("stub.yaml", """
                        capabilities:
                          - id: stub.call
                            metadata: { stub: { server_url: "%s" } }
                        """.formatted(url))
                .routes("stub.camel.yaml", """
                        - route:
                            id: stub-call
                            from: { uri: "direct:stub-call", steps: [ { to: "direct:call-upstream" } ] }
                        """);
    }

    private static void serveOnceThenReset(ServerSocket listener, CountDownLatch mayReset) {
        try (Socket socket = listener.accept()) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n{}") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
                            .getBytes(StandardCharsets.US_ASCII));
            mayReset.await();
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void thatOneIsResetIsNoErrorInTheLog() throws Exception {
        CountDownLatch mayReset = new CountDownLatch(1);
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TestGateway gateway = gateway("http://127.0.0.1:%d/".formatted(listener.getLocalPort()))
                        .start();
                CapturedLog log = CapturedLog.at(Level.FINE)) {
            Thread server = new Thread(() -> serveOnceThenReset(listener, mayReset));
            server.start();
            assertThat(gateway.call("stub.call", "{}").completed()).isTrue();
            mayReset.countDown();
            server.join();

            await().until(() -> log.events().stream().anyMatch(event -> event.contains("reset by its other end")));
            assertThat(log.events())
                    .noneMatch(event -> event.contains("Connection reset"))
                    .noneMatch(event -> event.startsWith("SEVERE"));
        }
    }

    /** What a server says, and how many connections three calls, one after the other, need then. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                 | 1
            Keep-Alive: timeout=600            | 1
            Keep-Alive: max=2                  | 1
            Keep-Alive: timeout=soon           | 1
            Keep-Alive: timeout=0              | 3
            keep-alive: max=100,  Timeout = 0  | 3
            """)
    void oneThatTheServerWillCloseIsNotUsedAgain(String hint, int connections) {
        try (HintingServer server = new HintingServer(hint);
                TestGateway gateway = gateway(server.url())
                        .setting("serai.upstream.connections-per-server", "1")
                        .setting("serai.upstream.idle-timeout", "1h")
                        .start()) {
            for (int call = 0; call < 3; call++) {
                assertThat(gateway.call("stub.call", "{}").completed()).isTrue();
            }
            assertThat(server.accepted()).isEqualTo(connections);
        }
    }

    /** The shorter of what the server says and what is set. */
    @ParameterizedTest
    @CsvSource({"timeout=3, 1h", "timeout=3600, 1s"})
    void oneThatIsUnusedIsClosed(String hint, String idle) {
        try (HintingServer server = new HintingServer("Keep-Alive: " + hint);
                TestGateway gateway = gateway(server.url())
                        .setting("serai.upstream.idle-timeout", idle)
                        .start()) {
            assertThat(gateway.call("stub.call", "{}").completed()).isTrue();
            assertThat(server.accepted()).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> server.open() == 0);
        }
    }
}
