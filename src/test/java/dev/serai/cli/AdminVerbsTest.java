package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
class AdminVerbsTest {
    private static final String HASH = "0123456789ab";
    private static final String SESSION = """
            {"hash":"0123456789ab","provider":"mcp","server":"https://example.org","scope":"shared","principal":null,
             "credential":"01234567","generation":1,"state":"open","openedFor":"cold","ageMs":3723000,"idleMs":900,
             "uses":12,"inUse":0,"lastError":null}""";

    private final CliFixture cli;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final String url;
    private volatile int status = 200;
    private volatile String answer = SESSION;

    AdminVerbsTest(@TempDir Path home) throws IOException {
        cli = new CliFixture(home);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
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

    private int run(String... arguments) {
        return cli.run(arguments);
    }

    @Test
    void sessionsListsThemAsATableAndSaysHowToGoOn() {
        answer = "{\"sessions\":[" + SESSION + "],\"next\":\"" + HASH + "\"}";

        assertThat(run("sessions", "--url", url, "--provider", "mcp", "--server", "a b", "--limit", "1"))
                .isZero();
        assertThat(requests).containsExactly("GET /admin/sessions?limit=1&provider=mcp&server=a+b null");
        assertThat(cli.out()).contains("HASH", HASH, "1h2m3s", "open", "cold", "12");
        assertThat(cli.err()).contains("--after " + HASH);
    }

    @Test
    void aSessionWithoutAnIdIsListedAndAskedForByItsName() {
        String name = "none-000000000017";
        answer = "{\"sessions\":["
                + SESSION.replace("\"hash\":\"" + HASH + "\"", "\"name\":\"" + name + "\",\"hash\":null") + "]}";

        assertThat(run("sessions", "--url", url)).isZero();
        assertThat(cli.out()).contains(name);
        assertThat(run("sessions", "close", name, "--url", url)).isZero();
        assertThat(requests).last().isEqualTo("DELETE /admin/sessions/" + name + " null");
    }

    @Test
    void listIsTheVerbInFull() {
        answer = "{\"sessions\":[]}";

        assertThat(run("sessions", "list", "--url", url, "--closed", "--after", HASH, "--json"))
                .isZero();
        assertThat(requests).containsExactly("GET /admin/sessions?limit=100&after=" + HASH + "&closed=true null");
        assertThat(cli.out()).isEqualToIgnoringNewLines("{\"sessions\":[]}");
    }

    @Test
    void showRenewAndCloseNameTheSessionInThePath() {
        assertThat(run("sessions", "show", HASH, "--url", url)).isZero();
        assertThat(run("sessions", "renew", HASH, "--url", url)).isZero();
        assertThat(run("sessions", "close", HASH, "--url", url)).isZero();

        assertThat(requests)
                .containsExactly(
                        "GET /admin/sessions/" + HASH + " null",
                        "POST /admin/sessions/" + HASH + "/renew null",
                        "DELETE /admin/sessions/" + HASH + " null");
        assertThat(cli.out()).containsPattern("lastError +-").containsPattern("uses +12");
    }

    @Test
    void optionsBeforeTheVerbAreRefusedInsteadOfLost() {
        for (String verb : List.of("show", "renew", "close")) {
            assertThat(run("sessions", "--url", url, verb, HASH)).isEqualTo(ExitCode.USAGE);
            assertThat(run("sessions", "--json", verb, HASH, "--url", url)).isEqualTo(ExitCode.USAGE);
        }
        assertThat(run("sessions", "--url", url, "list")).isEqualTo(ExitCode.USAGE);
        assertThat(run("sessions", "--server", "a", "list", "--url", url)).isEqualTo(ExitCode.USAGE);

        assertThat(requests).isEmpty();
        assertThat(cli.err()).contains("options stand behind the verb: serai sessions close");
    }

    @Test
    void anUnknownSessionFailsWithTheGatewaysWords() {
        status = 404;
        answer = "{\"code\":\"invalid_arguments\",\"detail\":\"there is no open session " + HASH + "\"}";

        assertThat(run("sessions", "close", HASH, "--url", url)).isEqualTo(ExitCode.FAILED);
        assertThat(cli.err()).contains("there is no open session " + HASH);
    }

    @Test
    void whatIsNoHashIsNotSent() {
        assertThat(run("sessions", "show", "../reload", "--url", url)).isEqualTo(ExitCode.USAGE);
        assertThat(run("sessions", "show", "--url", url)).isEqualTo(ExitCode.USAGE);
        assertThat(requests).isEmpty();
    }

    @Test
    void theApiKeyComesFromTheEnvironmentAndIsNotShown() {
        String value = System.getenv("PATH").strip();

        assertThat(run("sessions", "show", HASH, "--url", url, "--api-key-env", "PATH"))
                .isZero();
        assertThat(run("call", "x", "--url", url, "--api-key-env", "PATH")).isZero();
        assertThat(requests)
                .containsExactly(
                        "GET /admin/sessions/" + HASH + " Bearer " + value, "POST /capabilities/x Bearer " + value);
        assertThat(cli.out() + cli.err()).doesNotContain(value);
    }

    @Test
    void reloadSaysWhatChanged() {
        answer = """
                {"capabilities":3,"added":["a.b"],"changed":[],"removed":["c.d"],"routes":["own.yaml"],"problems":[]}""";

        assertThat(run("reload", "--url", url)).isZero();
        assertThat(requests).containsExactly("POST /admin/reload null");
        assertThat(cli.out())
                .isEqualToNormalizingNewlines("added: a.b\nremoved: c.d\nroutes: own.yaml\n3 capabilities in force\n");
    }

    @Test
    void reloadFailsWhereSomethingIsWrongAndSaysWhere() {
        answer = """
                {"capabilities":3,"added":[],"changed":[],"removed":[],"routes":[],"problems":[
                 {"severity":"error","at":"x.yaml:7","message":"bad"},{"severity":"warning","at":"y.yaml:1","message":"odd"}]}""";

        assertThat(run("reload", "--url", url)).isEqualTo(ExitCode.FAILED);
        assertThat(cli.err()).contains("x.yaml:7: bad", "y.yaml:1: warning: odd");
    }

    @Test
    void aGatewayThatDoesNotRunIsToldApart() {
        server.stop(0);

        assertThat(run("reload", "--url", url)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(cli.err()).contains("serai run");
    }

    @Test
    void helpHasExamples() {
        assertThat(run("sessions", "--help")).isZero();
        assertThat(run("sessions", "renew", "--help")).isZero();
        assertThat(run("reload", "--help")).isZero();
        assertThat(cli.out()).contains("serai sessions renew " + HASH, "serai reload");
    }
}
