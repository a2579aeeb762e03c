package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers that would never end or would fill the memory, and one that must be kept whole. */
@Timeout(120)
class EndlessAnswerTest {
    private static final int MAX_BODY = 1024 * 1024;
    private static final String NOTIFICATION =
            "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n";

    @TempDir
    Path folder;

    private final RawServer server = new RawServer(RawServer::fine);
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.in(folder)
                .capabilities("raw.yaml", Sample.declarations(server.url(), "raw", "false", "", List.of("tool")))
                .setting("serai.upstream.max-body", Integer.toString(MAX_BODY))
                .start();
    }

    @AfterEach
    void theNextCallsWork() {
        server.answerWith(RawServer::fine);
        for (int i = 0; i < 10; i++) {
            assertThat(gateway.post("raw.tool", "{}").body()).isEqualTo("\"fine\"");
        }
        gateway.close();
        server.close();
    }

    private HttpResponse<String> call(String millis) {
        return gateway.post("raw.tool", "{}", "Serai-Timeout-Ms", millis);
    }

    @Test
    void interimAnswersAreNotTheAnswer() {
        for (String interim : List.of("100 Continue", "102 Processing", "103 Early Hints", "199 Odd")) {
            server.answerWith((id, out) -> {
                for (int i = 0; i < 3; i++) {
                    RawServer.write(out, "HTTP/1.1 " + interim + "\r\nLink: </style.css>; rel=preload\r\n\r\n");
                }
                RawServer.fine(id, out);
            });
            assertThat(gateway.post("raw.tool", "{}").body()).as(interim).isEqualTo("\"fine\"");
        }
        server.answerWith((id, out) -> RawServer.write(
                out, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n"));
        Refusals.overRest(gateway.post("raw.tool", "{}"), 502, "upstream_error");
    }

    private void awaitCut() {
        Awaitility.await().until(() -> server.cut() == 1);
        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void anAnswerThatDripsBeyondTheDeadlineIs504AndCut() {
        server.answerWith((id, out) -> {
            RawServer.write(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999999\r\n\r\n");
            server.drip(out, " ");
        });
        Refusals.overRest(call("2000"), 504, "timeout");
        awaitCut();
    }

    @Test
    void aHeadThatDripsBeyondTheDeadlineIs504AndCut() {
        server.answerWith((id, out) -> {
            RawServer.write(out, "HTTP/1.1 200 OK\r\nX-Slow: ");
            server.drip(out, "x");
        });
        Refusals.overRest(call("2000"), 504, "timeout");
        awaitCut();
    }

    @Test
    void anEventStreamWithoutEndIs504AtTheDeadlineAndCut() {
        server.answerWith((id, out) -> {
            RawServer.head(out, "text/event-stream");
            server.drip(out, NOTIFICATION);
        });
        Refusals.overRest(call("2000"), 504, "timeout");
        awaitCut();
    }

    @Test
    void anEventStreamLargerThanTheLimitIs502AndCut() {
        server.answerWith((id, out) -> {
            RawServer.head(out, "text/event-stream");
            flood(out, NOTIFICATION);
        });
        var problem = Refusals.overRest(call("60000"), 502, "upstream_protocol_error");
        assertThat(problem.path("detail").asText()).contains("serai.upstream.max-body");
        awaitCut();
    }

    @Test
    void anEventLargerThanTheLimitIs502AndCut() {
        server.answerWith((id, out) -> {
            RawServer.head(out, "text/event-stream");
            RawServer.write(out, "data: ");
            flood(out, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        });
        Refusals.overRest(call("60000"), 502, "upstream_protocol_error");
        awaitCut();
    }

    @Test
    void aBodyWithoutLengthOrEndIs502AndCut() {
        server.answerWith((id, out) -> {
            RawServer.head(out, "application/json");
            flood(out, "                                                                ");
        });
        Refusals.overRest(call("60000"), 502, "upstream_protocol_error");
        awaitCut();
    }

    /** More than any buffer between the two holds. */
    private static void flood(OutputStream out, String text) throws IOException {
        String block = text.repeat(1_000);
        for (int sent = 0; sent < 64 * MAX_BODY; sent += block.length()) {
            RawServer.write(out, block);
        }
    }

    @Test
    void aCompressedBodyIsBoundedByWhatItBecomes() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            byte[] spaces = " ".repeat(MAX_BODY).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 32; i++) {
                gzip.write(spaces);
            }
        }
        assertThat(bomb.size()).isLessThan(MAX_BODY / 10);
        for (String type : new String[] {"application/json", "text/event-stream"}) {
            server.answerWith((id, out) -> RawServer.body(
                    out, "Content-Type: " + type + "\r\nContent-Encoding: gzip\r\n", bomb.toByteArray()));
            Refusals.overRest(call("60000"), 502, "upstream_protocol_error");
        }
    }

    @Test
    void aFailedToolsResultIsKeptWhole() {
        String whole = "{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"no luck\"},"
                + "{\"type\":\"image\",\"data\":\"aGk=\",\"mimeType\":\"image/png\"}],"
                + "\"structuredContent\":{\"reason\":{\"code\":7}},\"_meta\":{\"trace\":\"t-1\"},\"more\":[1,2]}";
        server.answerWith((id, out) -> RawServer.json(out, "", RawServer.result(id, whole)));
        for (String id : new String[] {"raw.tool", "raw.tool?raw=true"}) {
            JsonNode problem = Refusals.overRest(gateway.post(id, "{}"), 422, "tool_error");
            assertThat(problem.get("result")).isEqualTo(TestGateway.tree(whole));
        }
        assertThat(Refusals.inProcess(gateway.call("raw.tool", "{}"), "failed", "tool_error")
                        .get("result"))
                .isEqualTo(TestGateway.tree(whole));
    }

    @Test
    void aResultIsGivenWholeWhenAskedFor() {
        String whole =
                "{\"content\":[{\"type\":\"text\",\"text\":\"1\"}],\"structuredContent\":{\"n\":1},\"_meta\":{}}";
        server.answerWith((id, out) -> RawServer.json(out, "", RawServer.result(id, whole)));
        assertThat(TestGateway.tree(gateway.post("raw.tool?raw=true", "{}").body()))
                .isEqualTo(TestGateway.tree(whole));
        assertThat(gateway.post("raw.tool", "{}").body()).isEqualTo("{\"n\":1}");
    }
}
