package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server behind {@code https:} is called where its certificate is trusted and names it; nothing is sent to another. */
@Timeout(120)
class TlsUpstreamTest {
    private static final String STORE = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "javax.net.ssl.trustStorePassword";

    @TempDir
    Path folder;

    private Certificate certificate;
    private TestGateway server;

    @BeforeEach
    void start() throws Exception {
        certificate = Certificate.make(folder, "EC");
        Path chain = folder.resolve("chain.pem");
        Path key = folder.resolve("key.pem");
        certificate.write(chain, key);
        server = TestGateway.in(Files.createDirectory(folder.resolve("server")))
                .setting("serai.http.tls.certificate", chain.toString())
                .setting("serai.http.tls.key", key.toString())
                .setting("serai.http.host", "0.0.0.0")
                .setting("serai.access.allow-anonymous", "true")
                .start();
    }

    @AfterEach
    void stop() {
        System.clearProperty(STORE);
        System.clearProperty(PASSWORD);
        server.close();
    }

    private void trust() throws Exception {
        System.setProperty(STORE, certificate.trustStore(folder).toString());
        System.setProperty(PASSWORD, "changeit");
    }

    private HttpResponse<String> called(String host) throws Exception {
        int port = URI.create(server.gateway().url()).getPort();
        try (TestGateway gateway = TestGateway.in(Files.createTempDirectory(folder, "gateway"))
                .capabilities("own.yaml", """
                        capabilities:
                          - id: own.call
                            metadata: { own: { server_url: "https://%s:%d/observe/health/live" } }
                        """.formatted(host, port))
                .routes("own.camel.yaml", """
                        - route:
                            id: own-call
                            from:
                              uri: direct:own-call
                              steps:
                                - setHeader: { name: CamelHttpMethod, constant: GET }
                                - to: direct:call-upstream
                        """)
                .start()) {
            return gateway.post("own.call", "{}");
        }
    }

    @Test
    void aTrustedServerIsCalled() throws Exception {
        trust();
        HttpResponse<String> answer = called("127.0.0.1");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void anUntrustedServerIsNot() throws Exception {
        HttpResponse<String> answer = called("127.0.0.1");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("upstream_unavailable").contains("the TLS handshake with 127.0.0.1:");
    }

    @Test
    void aTrustedCertificateOfAnotherNameIsNoProof() throws Exception {
        trust();
        HttpResponse<String> answer = called("127.0.0.2");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("upstream_unavailable").contains("the TLS handshake with 127.0.0.2:");
    }
}
