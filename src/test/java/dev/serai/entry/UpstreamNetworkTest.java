package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of the operator's own, and a proxy, between the gateway and its upstreams, for both kinds of HTTP step. */
@Timeout(120)
class UpstreamNetworkTest {
    private static final List<String> STEPS = List.of("own.call", "plain.call");

    @TempDir
    Path folder;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<Integer> ports = new CopyOnWriteArrayList<>();
    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    /** One declaration for the shared HTTP step, and one for a provider that has an endpoint of Camel's. */
    private TestGateway.Builder gateway(String url) throws IOException {
        return TestGateway.in(Files.createTempDirectory(folder, "gateway"))
                .capabilities("own.yaml", """
                        capabilities:
                          - { id: own.call, metadata: { own: { server_url: "%s" } } }
                          - { id: plain.call, metadata: { plain: { server_url: "%s" } } }
                        """.formatted(url, url))
                .routes("own.camel.yaml", """
                        - route:
                            id: own-call
                            from:
                              uri: direct:own-call
                              steps:
                                - setHeader: { name: CamelHttpMethod, constant: GET }
                                - to: direct:call-upstream
                        - route:
                            id: plain-call
                            from:
                              uri: direct:plain-call
                              steps: [{ to: "%s?httpMethod=GET" }]
                        """.formatted(url));
    }

    private int serve(HttpServer started) {
        servers.add(started);
        started.createContext("/", exchange -> {
            ports.add(exchange.getRemoteAddress().getPort());
            seen.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Host"));
            answer(exchange);
        });
        started.start();
        return started.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange) {
        byte[] body = "\"fine\"".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        try (exchange) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress anywhere() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private String tls(Path chain, Path key, Path wanted) throws Exception {
        return "https://127.0.0.1:" + serve(ClientAuthServer.create(chain, key, wanted)) + "/path";
    }

    @Test
    void aServerIsTrustedByTheOperatorsCertificateAndShownAnother() throws Exception {
        Path theirs = folder.resolve("theirs.pem");
        Path theirKey = folder.resolve("their-key.pem");
        Path ours = folder.resolve("ours.pem");
        Path ourKey = folder.resolve("our-key.pem");
        Certificate.make(folder, "RSA").write(theirs, theirKey);
        Certificate.make(folder, "RSA").write(ours, ourKey);
        String url = tls(theirs, theirKey, ours);
        try (TestGateway gateway = gateway(url)
                .setting("serai.upstream.tls.ca", theirs.toString())
                .setting("serai.upstream.tls.certificate", ours.toString())
                .setting("serai.upstream.tls.key", ourKey.toString())
                .start()) {
            for (String step : STEPS) {
                HttpResponse<String> answer = gateway.post(step, "{}");
                assertThat(answer.body()).as(step).isEqualTo("\"fine\"");
            }
        }
        assertThat(seen).hasSize(2);
        try (TestGateway gateway =
                gateway(url).setting("serai.upstream.tls.ca", theirs.toString()).start()) {
            for (String step : STEPS) {
                assertThat(gateway.post(step, "{}").statusCode()).as(step).isGreaterThanOrEqualTo(502);
            }
        }
        try (TestGateway gateway =
                gateway(url).setting("serai.upstream.tls.ca", ours.toString()).start()) {
            for (String step : STEPS) {
                assertThat(gateway.post(step, "{}").statusCode()).as(step).isGreaterThanOrEqualTo(502);
            }
        }
        assertThat(seen).hasSize(2);
    }

    @Test
    void anAnswerMayTakeLongerThanAConnectionMayTakeToOpen() throws Exception {
        Path chain = folder.resolve("theirs.pem");
        Path key = folder.resolve("their-key.pem");
        Path ours = folder.resolve("ours.pem");
        Path ourKey = folder.resolve("our-key.pem");
        Certificate.make(folder, "RSA").write(chain, key);
        Certificate.make(folder, "RSA").write(ours, ourKey);
        HttpServer server = ClientAuthServer.create(chain, key, ours);
        String url = "https://127.0.0.1:" + serve(server) + "/path";
        ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
        try (TestGateway gateway = gateway(url)
                .setting("serai.upstream.tls.ca", chain.toString())
                .setting("serai.upstream.tls.certificate", ours.toString())
                .setting("serai.upstream.tls.key", ourKey.toString())
                .setting("serai.upstream.connect-timeout", "4s")
                .start()) {
            for (String step : STEPS) {
                assertThat(gateway.post(step, "{}").body()).as(step).isEqualTo("\"fine\"");
            }
            server.removeContext("/");
            server.createContext("/", exchange -> {
                ports.add(exchange.getRemoteAddress().getPort());
                var unused = later.schedule(() -> answer(exchange), 5, TimeUnit.SECONDS);
            });
            for (String step : STEPS) {
                assertThat(gateway.post(step, "{}").body()).as(step).isEqualTo("\"fine\"");
            }
        } finally {
            later.shutdownNow();
        }
        assertThat(ports.get(3)).as("the same connection of the endpoint").isEqualTo(ports.get(1));
    }

    @Test
    void aServerIsReachedByTheProxyWhichLooksItsNameUp() throws Exception {
        String proxy = "http://127.0.0.1:" + serve(HttpServer.create(anywhere(), 0));
        try (TestGateway gateway = gateway("http://upstream.invalid:8123/path")
                .setting("serai.upstream.proxy", proxy)
                .start()) {
            for (String step : STEPS) {
                assertThat(gateway.post(step, "{}").body()).as(step).isEqualTo("\"fine\"");
            }
        }
        assertThat(seen)
                .hasSize(2)
                .allMatch(line -> line.startsWith("http://upstream.invalid:8123/path"))
                .allMatch(line -> line.endsWith(" upstream.invalid:8123"));
    }

    @Test
    void hostsThatAreExceptedAndThisMachineAreReachedWithoutTheProxy() throws Exception {
        String unused = "http://127.0.0.1:9";
        String server = "http://127.0.0.1:" + serve(HttpServer.create(anywhere(), 0));
        String url = server + "/path";
        try (TestGateway gateway =
                gateway(url).setting("serai.upstream.proxy", unused).start()) {
            for (String step : STEPS) {
                assertThat(gateway.post(step, "{}").body()).as(step).isEqualTo("\"fine\"");
            }
        }
        assertThat(seen).hasSize(2).allMatch(line -> line.startsWith("/path "));
        try (TestGateway gateway = gateway("http://upstream.invalid/path")
                .setting("serai.upstream.proxy", server)
                .setting("serai.upstream.no-proxy", "other.invalid, .invalid")
                .start()) {
            for (String step : STEPS) {
                assertThat(gateway.post(step, "{}").statusCode()).as(step).isGreaterThanOrEqualTo(502);
            }
        }
        assertThat(seen).hasSize(2);
    }

    @Test
    void whatCannotBeUsedIsSaidAtTheStart() throws Exception {
        Path garbage = Files.writeString(folder.resolve("garbage.pem"), "no certificate");
        refused("serai.upstream.tls.ca", folder.resolve("none.pem").toString(), "none.pem cannot be read");
        refused("serai.upstream.tls.ca", garbage.toString(), "serai.upstream.tls.ca");
        refused("serai.upstream.tls.certificate", garbage.toString(), "expected both or none");
        refused("serai.upstream.proxy", "socks://127.0.0.1:1", "expected http://host:port");
        refused("serai.upstream.proxy", "http://user:secret@127.0.0.1:1", "without user and password");
    }

    private void refused(String setting, String value, String why) throws IOException {
        TestGateway.Builder gateway = gateway("http://127.0.0.1:9").setting(setting, value);
        assertThatThrownBy(gateway::start).rootCause().satisfies(cause -> assertThat(messages(cause))
                .doesNotContain("secret"));
        assertThatThrownBy(gateway::start)
                .satisfies(
                        failure -> assertThat(messages(failure)).contains(why).doesNotContain("secret"));
    }

    private static String messages(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            all.append(cause.getMessage()).append('\n');
        }
        return all.toString();
    }
}
