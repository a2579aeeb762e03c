package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and a proxy for those servers only whose declarations name them. */
@Timeout(120)
class NamedNetworkTest {
    private static final String DECLARATIONS = """
            capabilities:
              - { id: usual.call, metadata: { own: { server_url: "%1$s" } } }
              - { id: corp.call, metadata: { own: { server_url: "%1$s", network: corp } } }
              - { id: other.call, metadata: { own: { server_url: "%1$s", network: other } } }
              - { id: unknown.call, metadata: { own: { server_url: "%1$s", network: nowhere } } }
            """;
    private static final String ROUTES = """
            - route:
                id: own-call
                from:
                  uri: direct:own-call
                  steps:
                    - setHeader: { name: CamelHttpMethod, constant: GET }
                    - to: direct:call-upstream
            """;

    @TempDir
    Path folder;

    private final AtomicInteger served = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        Certificate.make(folder, "RSA").write(file("theirs.pem"), file("their-key.pem"));
        Certificate.make(folder, "RSA").write(file("ours.pem"), file("our-key.pem"));
        server = ClientAuthServer.create(file("theirs.pem"), file("their-key.pem"), file("ours.pem"));
        server.createContext("/", exchange -> {
            served.incrementAndGet();
            byte[] body = "\"fine\"".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private TestGateway.Builder gateway(String url) throws IOException {
        return TestGateway.in(folder)
                .capabilities("own.yaml", DECLARATIONS.formatted(url))
                .routes("own.camel.yaml", ROUTES)
                .setting(
                        "serai.upstream.network.corp.tls.ca", file("theirs.pem").toString())
                .setting(
                        "serai.upstream.network.corp.tls.certificate",
                        file("ours.pem").toString())
                .setting(
                        "serai.upstream.network.corp.tls.key",
                        file("our-key.pem").toString())
                .setting(
                        "serai.upstream.network.other.tls.ca",
                        file("theirs.pem").toString());
    }

    @Test
    void aCertificateIsShownToServersOfDeclarationsThatNameItAndToNoOther() throws Exception {
        try (TestGateway gateway =
                gateway("https://127.0.0.1:" + server.getAddress().getPort()).start()) {
            assertThat(gateway.post("corp.call", "{}").body()).isEqualTo("\"fine\"");
            // Trusts the server, and has nothing to show.
            assertThat(gateway.post("other.call", "{}").statusCode()).isEqualTo(503);
            // Does not even trust it; connections of the others are not taken.
            assertThat(gateway.post("usual.call", "{}").statusCode()).isEqualTo(503);
            assertThat(gateway.post("corp.call", "{}").body()).isEqualTo("\"fine\"");
            assertThat(served).hasValue(2);

            HttpResponse<String> unknown = gateway.post("unknown.call", "{}");
            assertThat(unknown.statusCode()).isEqualTo(501);
            assertThat(unknown.body())
                    .contains("no_provider", "serai.upstream.network.nowhere", "there are [corp, other]");
        }
    }

    @Test
    void aTunnelThroughTheProxyThatItNamesLeadsToTheServerWhichSeesTheCertificate() throws Exception {
        try (ConnectProxy proxy = new ConnectProxy(server.getAddress().getPort());
                TestGateway gateway = gateway("https://upstream.invalid:8443/path")
                        .setting("serai.upstream.network.corp.proxy", proxy.url())
                        .start()) {
            assertThat(gateway.post("corp.call", "{}").body()).isEqualTo("\"fine\"");
            assertThat(proxy.asked()).containsOnly("CONNECT upstream.invalid:8443");
            int tunnels = proxy.asked().size();
            assertThat(gateway.post("other.call", "{}").statusCode()).isEqualTo(503);
            assertThat(proxy.asked()).hasSize(tunnels);
            assertThat(served).hasValue(1);
        }
    }

    @Test
    void whatItDoesNotSetIsAsForAll() throws Exception {
        try (ConnectProxy proxy = new ConnectProxy(server.getAddress().getPort());
                TestGateway gateway = gateway("https://upstream.invalid:8443/path")
                        .setting("serai.upstream.proxy", proxy.url())
                        .start()) {
            assertThat(gateway.post("corp.call", "{}").body()).isEqualTo("\"fine\"");
            assertThat(proxy.asked()).containsOnly("CONNECT upstream.invalid:8443");
        }
    }

    @Test
    void whatCannotBeUsedIsSaidAtTheStartWithItsName() throws Exception {
        TestGateway.Builder gateway = gateway("https://127.0.0.1:9")
                .setting(
                        "serai.upstream.network.other.tls.certificate",
                        file("ours.pem").toString());
        assertThatThrownBy(gateway::start)
                .hasStackTraceContaining("serai.upstream.network.other.tls.key: expected both or none");
    }
}
