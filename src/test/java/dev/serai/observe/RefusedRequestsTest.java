package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.access.NewApiKey;
import dev.serai.gateway.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are refused before they are a call are in no other metric. */
@Timeout(120)
class RefusedRequestsTest {
    @TempDir
    Path folder;

    private static double refused(TestGateway gateway, String code) {
        return Scraped.of(gateway).sum("serai_http_refused_total", "code=\"" + code + "\"");
    }

    @Test
    void eachIsCountedUnderItsCode() {
        try (TestGateway gateway = TestGateway.in(folder)
                .setting("serai.http.max-body", "50")
                .setting("serai.http.max-buffered", "10")
                .start()) {
            assertThat(Scraped.of(gateway).sum("serai_http_refused_total")).isZero();

            assertThat(gateway.get("/nowhere").statusCode()).isEqualTo(404);
            assertThat(gateway.get("/admin/reload").statusCode()).isEqualTo(405);
            assertThat(gateway.post("a.b", "{}", "Serai-Timeout-Ms", "soon").statusCode())
                    .isEqualTo(400);
            assertThat(refused(gateway, "invalid_arguments")).isEqualTo(3);

            assertThat(gateway.post("a.b", "{}", "Origin", "https://evil.example")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(refused(gateway, "forbidden")).isEqualTo(1);

            assertThat(gateway.post("a.b", "{\"x\":\"" + "y".repeat(60) + "\"}").statusCode())
                    .isEqualTo(413);
            assertThat(refused(gateway, "payload_too_large")).isEqualTo(1);

            assertThat(gateway.post("a.b", "{\"x\":\"" + "y".repeat(20) + "\"}").statusCode())
                    .isEqualTo(429);
            assertThat(refused(gateway, "too_many_requests")).isEqualTo(1);

            // That one is a call, which has metrics of its own.
            assertThat(gateway.post("a.b", "{}").statusCode()).isEqualTo(404);
            assertThat(Scraped.of(gateway).sum("serai_http_refused_total")).isEqualTo(6);
        }
    }

    @Test
    void whatTheListenerCannotReadIsCounted() throws IOException {
        try (TestGateway gateway = TestGateway.in(folder)
                .setting("serai.http.max-header", "1024")
                .setting("serai.http.body-timeout", "200ms")
                .start()) {
            String padding = "x".repeat(2_000);
            assertThat(status(gateway, "GET /" + padding + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
                    .isEqualTo(414);
            assertThat(refused(gateway, "invalid_arguments")).isEqualTo(1);
            assertThat(status(gateway, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Pad: " + padding + "\r\n\r\n"))
                    .isEqualTo(431);
            assertThat(refused(gateway, "invalid_arguments")).isEqualTo(2);
            assertThat(status(gateway, "GET / HTTP/1.1\r\nHost : a\r\n\r\n")).isEqualTo(400);
            assertThat(refused(gateway, "invalid_arguments")).isEqualTo(3);
            assertThat(status(
                            gateway,
                            "POST /capabilities/a.b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{"))
                    .isEqualTo(408);
            assertThat(refused(gateway, "timeout")).isEqualTo(1);
            assertThat(Scraped.of(gateway).sum("serai_http_refused_total")).isEqualTo(4);
        }
    }

    /** The status that answers what no client would send. */
    private static int status(TestGateway gateway, String request) throws IOException {
        URI uri = URI.create(gateway.gateway().url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return Integer.parseInt(answer.split(" ", -1)[1]);
        }
    }

    @Test
    void whoIsNotLetInIsCounted() throws IOException {
        NewApiKey key = NewApiKey.make("alice", Set.of());
        Path keys = Files.writeString(folder.resolve("keys.yaml"), key.line() + "\n");
        try (TestGateway gateway = TestGateway.in(folder)
                .setting("serai.access.api-keys-file", keys.toString())
                .setting("serai.access.observe-open", "true")
                .setting("serai.access.failure-burst", "1")
                .start()) {
            assertThat(gateway.get("/capabilities").statusCode()).isEqualTo(401);
            assertThat(gateway.post("a.b", "{}", "X-API-Key", "guess").statusCode())
                    .isEqualTo(401);
            assertThat(gateway.post("a.b", "{}", "X-API-Key", "guess").statusCode())
                    .isEqualTo(429);
            assertThat(refused(gateway, "unauthorized")).isEqualTo(2);
            assertThat(refused(gateway, "too_many_requests")).isEqualTo(1);
        }
    }
}
