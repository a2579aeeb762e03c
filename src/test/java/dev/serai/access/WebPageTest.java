package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A web page that somebody on this machine looks at is no caller. */
@Timeout(120)
class WebPageTest {
    private static final int STATUS_AT = 9;

    @TempDir
    Path folder;

    private static int status(TestGateway gateway, String host, String origin) throws IOException {
        int port = URI.create(gateway.gateway().url()).getPort();
        String head = "GET /capabilities HTTP/1.1\r\nConnection: close\r\n"
                + (host.isEmpty() ? "" : "Host: " + host.replace("PORT", Integer.toString(port)) + "\r\n")
                + (origin.isEmpty() ? "" : "Origin: " + origin.replace("PORT", Integer.toString(port)) + "\r\n")
                + "\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String first = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return Integer.parseInt(first.substring(STATUS_AT, STATUS_AT + 3));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:PORT, '', 200",
        "localhost:PORT, '', 200",
        "LOCALHOST, '', 200",
        "app.localhost:PORT, '', 200",
        "[::1]:PORT, '', 200",
        "inside.example:PORT, '', 200",
        "evil.example:PORT, '', 403",
        "127.0.0.1.evil.example, '', 403",
        "localhost.evil.example:80, '', 403",
        "192.0.2.1:PORT, '', 403",
        "localhost:PORT, http://localhost:PORT, 200",
        "127.0.0.1:PORT, https://good.example, 200",
        "127.0.0.1:PORT, http://evil.example, 403",
        "127.0.0.1:PORT, http://127.0.0.1:1, 403",
        "127.0.0.1:PORT, null, 403",
        "127.0.0.1:PORT, '%', 403",
        "evil.example:PORT, http://evil.example:PORT, 403"
    })
    void hostAndOriginDecideWhereNobodyIsAuthenticated(String host, String origin, int status) throws IOException {
        try (TestGateway gateway = TestGateway.in(folder)
                .setting("serai.access.allowed-hosts", "inside.example")
                .setting("serai.access.allowed-origins", "https://good.example")
                .start()) {
            assertThat(status(gateway, host, origin)).isEqualTo(status);
        }
    }

    @Test
    void aRequestWithoutHostIsNotTaken() throws IOException {
        try (TestGateway gateway = TestGateway.in(folder).start()) {
            assertThat(status(gateway, "", "")).isBetween(400, 403);
        }
    }

    @Test
    void withAuthenticationEveryHostIsTakenAndForeignOriginsAreNot() throws IOException {
        Keys keys = new Keys(folder);
        try (TestGateway gateway = TestGateway.in(folder)
                .setting("serai.access.api-keys-file", keys.file().toString())
                .start()) {
            assertThat(status(gateway, "gateway.example", "")).isEqualTo(401);
            assertThat(status(gateway, "gateway.example", "https://gateway.example"))
                    .isEqualTo(401);
            assertThat(status(gateway, "gateway.example", "https://evil.example"))
                    .isEqualTo(403);
        }
    }
}
