package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestHttp;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a new user does first, through bin/serai in processes of its own. */
@Tag("integration")
@Timeout(120)
class FirstMinuteTest {
    private static final int SIGTERM = 128 + 15;
    private static final Pattern CURL =
            Pattern.compile("  curl -i (\\S+) -H 'Content-Type: application/json' -d '(.+)'");

    @Test
    void theDemoShowsACallAndTheNextOneAndEndsWhenTold() throws Exception {
        Process demo = Launcher.start("demo", "--port", "0");
        try (BufferedReader out = demo.inputReader()) {
            List<String> lines = new ArrayList<>();
            String line = out.readLine();
            while (line != null && !line.startsWith("Ctrl-C")) {
                lines.add(line);
                line = out.readLine();
            }
            assertThat(lines).contains("\"hello from serai\"").anyMatch(said -> said.startsWith("serai ready in"));
            assertThat(next(lines).headers().firstValue("Serai-Session-Reused")).hasValue("true");

            demo.destroy();

            assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(demo.exitValue()).isEqualTo(SIGTERM);
        } finally {
            demo.destroyForcibly();
        }
    }

    /** Makes the call that the demo proposes. */
    private static HttpResponse<String> next(List<String> lines) throws Exception {
        Matcher curl = lines.stream()
                .map(CURL::matcher)
                .filter(Matcher::matches)
                .findFirst()
                .orElseThrow();
        HttpRequest request = HttpRequest.newBuilder(URI.create(curl.group(1)))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(curl.group(2)))
                .build();
        return TestHttp.send(request);
    }

    @Test
    void aCallPrintsItsResultAndNothingElseOnStandardOutput() throws Exception {
        for (String[] call : new String[][] {
            {"call", "mcp.demo.echo", "{\"message\":\"hi\"}"}, {"(call \"mcp.demo.echo\" {:message \"hi\"})"}
        }) {
            Launcher.Run run = Launcher.serai(call);

            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out()).isEqualTo("\"hi\"");
            assertThat(run.err().lines()).isNotEmpty().allMatch(line -> line.startsWith("Serai-"));
        }
    }

    @Test
    void aPortInUseIsOneLineAndExitCodeThree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Launcher.Run run = Launcher.serai("run", "--port", Integer.toString(taken.getLocalPort()));

            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.err().lines()).singleElement().asString().contains("port " + taken.getLocalPort());
        }
    }
}
