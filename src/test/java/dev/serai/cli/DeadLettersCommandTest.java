package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DeadLettersCommandTest {
    private static final String LETTER = """
            {"channel":"jms","id":"ID:1-2","at":"2026-01-02T03:04:05Z","capability":"books.add","requestId":"r-1",
             "errorCode":"timeout","detail":"too late","attempts":4,"headers":{"tenant":"north"},"body":"{}"}""";
    private static final String NONE = "{\"deadLetters\":[]}";

    private final CliFixture cli;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final HttpServer server;
    private final String url;
    private volatile int status = 200;

    DeadLettersCommandTest(@TempDir Path home) throws IOException {
        cli = new CliFixture(home);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            String answer = answers.poll();
            byte[] bytes = (answer == null ? NONE : answer).getBytes(StandardCharsets.UTF_8);
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
    void theyAreListedAsATableThatSaysHowToGoOn() {
        answers.add("{\"deadLetters\":[" + LETTER + "],\"next\":{\"jms\":\"ID:1-2\"}}");
        assertThat(cli.run("dead-letters", "--url", url, "--channel", "jms", "--limit", "1", "--after", "ID:1-1"))
                .isZero();
        assertThat(requests).containsExactly("GET /admin/dead-letters?limit=1&channel=jms&after=ID%3A1-1");
        assertThat(cli.out()).contains("jms/ID:1-2", "books.add", "r-1", "timeout", "4", "too late");
        assertThat(cli.err()).contains("more: --channel jms --after ID:1-2");
    }

    @Test
    void oneIsShownWithHeadersAndBody() {
        answers.add(LETTER);
        assertThat(cli.run("dead-letters", "show", "jms/ID:1-2", "--url", url)).isZero();
        assertThat(requests).containsExactly("GET /admin/dead-letters/jms/ID:1-2");
        assertThat(cli.out()).contains("header tenant", "north", "body", "{}");
    }

    @Test
    void severalAreReplayedUntilOneIsRefused() {
        answers.add("{\"replayed\":true}");
        assertThat(cli.run("dead-letters", "replay", "jms/a", "kafka/0-17", "--url", url))
                .isZero();
        assertThat(requests)
                .containsExactly("POST /admin/dead-letters/jms/a/replay", "POST /admin/dead-letters/kafka/0-17/replay");
        assertThat(cli.out()).contains("replayed jms/a", "replayed kafka/0-17");
        status = 404;
        answers.add("{\"status\":404,\"code\":\"invalid_arguments\",\"detail\":\"there is no dead letter jms/b\"}");
        assertThat(cli.run("dead-letters", "replay", "jms/b", "jms/c", "--url", url))
                .isEqualTo(1);
        assertThat(requests).hasSize(3);
        assertThat(cli.err()).contains("there is no dead letter jms/b");
    }

    @Test
    void allAreThoseThatWereThereBefore() {
        String later = LETTER.replace("ID:1-2", "later").replace("2026", "9999");
        answers.add("{\"deadLetters\":[" + LETTER + "," + later + "]}");
        answers.add("{\"replayed\":true}");
        answers.add("{\"deadLetters\":[" + later + "]}");
        assertThat(cli.run("dead-letters", "replay", "--all", "--channel", "jms", "--url", url))
                .isZero();
        assertThat(requests)
                .containsExactly(
                        "GET /admin/dead-letters?limit=100&channel=jms",
                        "POST /admin/dead-letters/jms/ID:1-2/replay",
                        "GET /admin/dead-letters?limit=100&channel=jms");
        assertThat(cli.out()).contains("replayed 1 dead letters");
    }

    @Test
    void whatCannotBeMeantIsAUsageError() {
        assertThat(cli.run("dead-letters", "replay", "--url", url)).isEqualTo(2);
        assertThat(cli.run("dead-letters", "replay", "--all", "jms/a", "--url", url))
                .isEqualTo(2);
        assertThat(cli.run("dead-letters", "replay", "jms/a", "--channel", "jms", "--url", url))
                .isEqualTo(2);
        assertThat(cli.run("dead-letters", "show", "../sessions", "--url", url)).isEqualTo(2);
        assertThat(cli.run("dead-letters", "--url", url, "show", "jms/a")).isEqualTo(2);
        assertThat(requests).isEmpty();
    }
}
