package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that answer the handshake of a WebSocket with a refusal, whose body does not end. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class WebsocketRefusalTest {
    private static final int PATIENCE_SECONDS = 60;
    private static final String DECLARATIONS = """
            capabilities:
              - { id: r.endless, metadata: { websocket: { server_url: "ws://127.0.0.1:%d/", requires_session: true } } }
              - { id: r.silent, metadata: { websocket: { server_url: "ws://127.0.0.1:%d/", requires_session: true } } }
              - { id: r.cut, metadata: { websocket: { server_url: "ws://127.0.0.1:%d/", requires_session: true } } }
            """;
    /** More than the buffers of a connection hold. */
    private static final long MUCH = 256L * 1024 * 1024;

    private final Refusing endless =
            new Refusing("401 Unauthorized\r\nTransfer-Encoding: chunked", Refusing::sendForEver);
    private final Refusing silent = new Refusing("503 Busy\r\nContent-Length: 100", Refusing::waitForTheEnd);
    private final Refusing cut = new Refusing("401 Unauthorized\r\nContent-Length: 100", socket -> 0L);
    private TestGateway gateway;

    /** What is done with a connection after the head of the answer. */
    private interface Body {
        /** @return bytes that were sent */
        long send(Socket socket) throws IOException;
    }

    /** Takes one connection after the other. */
    private static final class Refusing implements AutoCloseable {
        private final ServerSocket server;
        /** What the first one was sent, once it has ended. */
        final CompletableFuture<Long> sent = new CompletableFuture<>();

        Refusing(String head, Body body) {
            try {
                server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            Thread thread = new Thread(() -> serve(head, body), "refusing");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(String head, Body body) {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    untilBlankLine(socket.getInputStream());
                    write(socket, "HTTP/1.1 " + head + "\r\n\r\n");
                    sent.complete(body.send(socket));
                } catch (IOException e) {
                    // The next one comes.
                }
            }
        }

        private static void untilBlankLine(InputStream in) throws IOException {
            int ends = 0;
            for (int b = in.read(); b >= 0 && ends < 4; b = ends < 4 ? in.read() : b) {
                ends = b == '\r' || b == '\n' ? ends + 1 : 0;
            }
        }

        private static void write(Socket socket, String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        static long sendForEver(Socket socket) {
            byte[] chunk = ("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            long sent = 0;
            try {
                for (; sent < MUCH; sent += chunk.length) {
                    socket.getOutputStream().write(chunk);
                }
            } catch (IOException e) {
                // The gateway has closed it.
            }
            return sent;
        }

        static long waitForTheEnd(Socket socket) throws IOException {
            return Math.min(0, socket.getInputStream().read());
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        gateway = TestGateway.in(folder)
                .capabilities("r.yaml", DECLARATIONS.formatted(endless.port(), silent.port(), cut.port()))
                .setting("serai.session.open-timeout", "50s")
                .start();
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        endless.close();
        silent.close();
        cut.close();
    }

    private String code(String id) {
        CallOutcome outcome = gateway.call(id, "{}");
        assertThat(outcome.completed()).isFalse();
        return String.valueOf(outcome.headers().get("CapabilityErrorCode"));
    }

    @Test
    void anEndlessBodyIsNotReadToItsEndAndItsStatusCounts() throws Exception {
        assertThat(code("r.endless")).isEqualTo("upstream_unauthorized");
        assertThat(endless.sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isLessThan(MUCH);
    }

    @Test
    void aBodyThatDoesNotComeIsNotWaitedForAndItsStatusCounts() throws Exception {
        assertThat(code("r.silent")).isEqualTo("upstream_error");
        assertThat(silent.sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isLessThanOrEqualTo(0);
    }

    @Test
    void ofABodyThatIsCutOffTheStatusCounts() {
        assertThat(code("r.cut")).isEqualTo("upstream_unauthorized");
    }
}
