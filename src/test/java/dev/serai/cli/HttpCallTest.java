package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HttpCallTest {
    private final Path home;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String answer = "{\"said\":\"hi\"}";
    private final HttpServer server;
    private final String url;

    HttpCallTest(@TempDir Path home) throws IOException {
        this.home = home;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Serai-Timeout-Ms") + " " + body);
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Serai-Session-Reused", "true");
            exchange.getResponseHeaders().add("X-Other", "1");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stopGateway() {
        server.stop(0);
    }

    @Test
    void urlCallsTheGatewayThatRunsThereAndStartsNone() {
        CliFixture cli = new CliFixture(home);

        int exitCode = cli.run("call", "--url", url + "/", "--raw", "--timeout", "5s", "a.b/c d", "{\"x\":1}");

        assertThat(exitCode).isZero();
        assertThat(requests).containsExactly("POST /capabilities/a.b/c%20d?raw=true 5000 {\"x\":1}");
        assertThat(cli.out()).isEqualToNormalizingNewlines("{\"said\":\"hi\"}\n");
        assertThat(cli.err()).contains("Serai-Session-Reused: true").doesNotContain("Other");
        assertThat(cli.gateway.starts).isEmpty();
    }

    @Test
    void aProblemDocumentIsAFailure() {
        status = 404;
        answer = "{\"code\":\"unknown_capability\",\"detail\":\"no a\"}";
        CliFixture cli = new CliFixture(home);

        assertThat(cli.run("call", "--url", url, "a")).isEqualTo(ExitCode.FAILED);
        assertThat(cli.err()).contains("serai: unknown_capability: no a");
        assertThat(requests).hasSize(1);
    }

    @Test
    void aServerThatIsNoGatewayIsToldApart() {
        CliFixture cli = new CliFixture(home);
        answer = "<html>hello</html>";

        assertThat(cli.run("call", "--url", url, "a")).isEqualTo(ExitCode.UNREACHABLE);
        status = 502;
        assertThat(cli.run("call", "--url", url, "a")).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).contains("is not JSON").contains("http_502: <html>");
    }

    @Test
    void anAnswerInJsonThatIsNoProblemDocumentIsNoGatewaysEither() {
        CliFixture cli = new CliFixture(home);
        status = 503;
        answer = "{\"message\":\"no healthy upstream\"}";

        assertThat(cli.run("call", "--url", url, "a")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(cli.err()).contains("no gateway reached at " + url, "http_503", "no healthy upstream");
    }

    @Test
    void whatNoHeaderCanCarryIsAUsageErrorAndNotQuoted() {
        CliFixture cli = new CliFixture(home);
        for (String bad : List.of("marker\nforged: 1", "marker\r", "marker\u0000", "marker\u2028")) {
            assertThat(cli.run("call", "--url", url, "--conversation", bad, "a"))
                    .isEqualTo(ExitCode.USAGE);
            assertThatThrownBy(() -> new HttpCaller(url, bad).ask("GET", "/admin/sessions"))
                    .isInstanceOf(CliException.class)
                    .hasMessageContaining("the API key holds")
                    .hasMessageNotContaining("marker")
                    .extracting(failure -> ((CliException) failure).exitCode())
                    .isEqualTo(ExitCode.USAGE);
        }

        assertThat(cli.err()).contains("Serai-Conversation holds").doesNotContain("marker", "internal error");
        assertThat(requests).isEmpty();
    }

    @Test
    void nobodyThereIsUnreachable() {
        CliFixture cli = new CliFixture(home);

        assertThat(cli.run("call", "--url", "http://127.0.0.1:1", "a")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(cli.err()).contains("no gateway reached at").contains("serai run");
    }

    @Test
    void aUrlThatIsNoneIsAUsageError() {
        CliFixture cli = new CliFixture(home);

        assertThat(cli.run("call", "--url", "ftp://x", "a")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("call", "--url", "not a url", "a")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void demoCallsItselfOverHttpAndShowsTheNextCall() {
        CliFixture cli = new CliFixture(home).declares("demo.echo", "demo");
        cli.gateway.url = url;

        assertThat(cli.run("demo")).isZero();

        assertThat(requests).singleElement().asString().startsWith("POST /capabilities/");
        assertThat(cli.out())
                .containsSubsequence(
                        "REST", "serai ready in ", url, "curl " + url, "{\"said\":\"hi\"}", "curl -i " + url);
        assertThat(cli.gateway.closed).isTrue();
    }
}
