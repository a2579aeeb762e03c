package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestHttp;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the reference server really behaves, where the rules for lost sessions rely on it. */
@Tag("integration")
@Timeout(120)
class ServerEverythingBehaviourTest {
    private static final String INITIALIZE =
            "{'id':1,'method':'initialize','params':{'protocolVersion':'2025-11-25','capabilities':{},'clientInfo':{'name':'test','version':'1'}}}";
    private static final String ECHO =
            "{'id':2,'method':'tools/call','params':{'name':'echo','arguments':{'message':'hi'}}}";
    private static final String LONG_RUNNING =
            "{'id':3,'method':'tools/call','params':{'name':'trigger-long-running-operation','arguments':{'duration':0.2,'steps':2},'_meta':{'progressToken':'p'}}}";

    private static NpmServer server;

    private RecordingProxy proxy;

    @BeforeAll
    static void startServer() throws IOException {
        server = ServerEverything.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startProxy() throws IOException {
        proxy = RecordingProxy.before(server.uri(ServerEverything.PATH));
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
    }

    @Test
    void aSessionOpenedOnceServesCallsAndEverythingPassesTheProxy() throws Exception {
        String session = open();
        assertThat(post(ECHO, session).body()).contains("Echo: hi");
        assertThat(proxy.initializes()).isEqualTo(1);
        assertThat(proxy.toolCalls()).isEqualTo(1);
        assertThat(proxy.deletes()).isZero();
    }

    @Test
    void progressNotificationsPrecedeTheResultOfACallThatAsksForThem() throws Exception {
        String body = post(LONG_RUNNING, open()).body();
        assertThat(body)
                .containsSubsequence(
                        "notifications/progress", "notifications/progress", "Duration: 0.2 seconds, Steps: 2.");
    }

    @Test
    void aLostSessionIsAnsweredWith400AndCodeMinus32000() throws Exception {
        String session = open();
        assertThat(proxy.endSession()).isEqualTo(200);
        HttpResponse<String> answer = post(ECHO, session);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("-32000", "session");
        assertThat(proxy.endSession()).as("a second DELETE").isEqualTo(400);
        assertThat(proxy.deletes()).isZero();
    }

    private String open() throws Exception {
        return post(INITIALIZE, null)
                .headers()
                .firstValue(RecordingProxy.SESSION_HEADER)
                .orElseThrow();
    }

    private HttpResponse<String> post(String message, @Nullable String session) throws Exception {
        String body = message.replace('\'', '"').replaceFirst("\\{", "{\"jsonrpc\":\"2.0\",");
        HttpRequest.Builder request = HttpRequest.newBuilder(proxy.uri())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofString(body));
        if (session != null) {
            request.header(RecordingProxy.SESSION_HEADER, session);
        }
        return TestHttp.send(request.build());
    }
}
