package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.access.NewApiKey;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of 2026-07-28, two of whom are known to the gateway. */
@Timeout(120)
class ModernEraTest {
    private static final String DISCOVER =
            "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"server/discover\",\"params\":{%s}}";
    private static final String NAME_TOOL = "{\"name\":\"test_input_required_result_elicitation\",\"arguments\":{}}";

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static RawMcp ann;
    private static RawMcp bob;

    @BeforeAll
    static void start() throws IOException {
        NewApiKey first = NewApiKey.make("ann", Set.of("secretary"));
        NewApiKey second = NewApiKey.make("bob", Set.of());
        Path keys = folder.resolve("keys.yaml");
        Files.writeString(keys, first.line() + "\n" + second.line() + "\n");
        gateway = RawMcp.gateway(folder)
                .capabilities("more.yaml", """
                        defaults: { metadata: { fixture: { server_url: "http://localhost:9" } } }
                        capabilities:
                          - { id: private, metadata: { access: { roles: secretary } } }
                        """)
                .setting("serai.access.api-keys-file", keys.toString())
                .setting("serai.mcp.page-size", "5")
                .start();
        ann = new RawMcp(gateway, "Authorization", "Bearer " + first.key());
        bob = new RawMcp(gateway, "Authorization", "Bearer " + second.key());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static int code(HttpResponse<String> answer) {
        return RawMcp.answer(answer).path("error").path("code").intValue();
    }

    private static JsonNode result(HttpResponse<String> answer) {
        JsonNode message = RawMcp.answer(answer);
        assertThat(message.has("result")).as("%s", message).isTrue();
        return message.path("result");
    }

    @Test
    void discoveryTellsVersionsAndWhatIsServed() {
        JsonNode result = result(ann.modern("server/discover", "{}"));

        assertThat(result.path("supportedVersions").get(0).asText()).isEqualTo("2026-07-28");
        assertThat(result.path("resultType").asText()).isEqualTo("complete");
        assertThat(result.path("cacheScope").asText()).isEqualTo("private");
        assertThat(result.path("capabilities").fieldNames())
                .toIterable()
                .contains("tools", "resources", "prompts", "completions");
        assertThat(result.path("_meta").has("io.modelcontextprotocol/serverInfo"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // version in the head, version in the body, method in the head, method, status, code
                "2026-07-28, v999, server/discover, server/discover, 400, -32020",
                "v999, v999, server/discover, server/discover, 400, -32022",
                "2026-07-28, 2026-07-28, -, server/discover, 400, -32020",
                "-, 2026-07-28, server/discover, server/discover, 400, -32020",
                "2026-07-28, 2026-07-28, tools/list, server/discover, 400, -32020",
                "2026-07-28, 2026-07-28, initialize, initialize, 404, -32601",
                "2026-07-28, 2026-07-28, ping, ping, 404, -32601",
                "2026-07-28, 2026-07-28, logging/setLevel, logging/setLevel, 404, -32601",
                "2026-07-28, 2026-07-28, resources/subscribe, resources/subscribe, 404, -32601",
                "2026-07-28, -, server/discover, server/discover, 400, -32602",
            })
    void theLadderRefusesWhatHeadAndBodyDoNotAgreeOn(
            @Nullable String headVersion,
            @Nullable String version,
            @Nullable String headMethod,
            String method,
            int status,
            int code) {
        List<String> headers = new ArrayList<>();
        if (headVersion != null) {
            headers.addAll(List.of("MCP-Protocol-Version", headVersion));
        }
        if (headMethod != null) {
            headers.addAll(List.of("Mcp-Method", headMethod));
        }
        String meta = version == null ? "" : RawMcp.MODERN_META.replace("2026-07-28", version) + "}";
        HttpResponse<String> answer =
                ann.post(DISCOVER.formatted(meta).replace("server/discover", method), headers.toArray(String[]::new));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(code(answer)).isEqualTo(code);
        assertThat(RawMcp.answer(answer).path("id").intValue()).isEqualTo(4);
    }

    @Test
    void aMirroredParameterHasToBeTheSameInHeadAndBody() {
        String call = "{\"name\":\"test_x_mcp_header\",\"arguments\":{\"region\":\"us\"}}";

        assertThat(result(ann.modern("tools/call", call, "Mcp-Param-Region", "us"))
                        .path("content"))
                .isNotEmpty();
        assertThat(result(ann.modern("tools/call", call, "Mcp-Param-Region", "=?base64?dXM=?="))
                        .path("content"))
                .isNotEmpty();
        assertThat(code(ann.modern("tools/call", call, "Mcp-Param-Region", "eu")))
                .isEqualTo(-32020);
        assertThat(code(ann.modern("tools/call", call))).isEqualTo(-32020);
    }

    @Test
    void pagesListEveryToolOnceAndACursorIsItsCallersOnly() {
        JsonNode page = result(ann.modern("tools/list", "{}"));
        List<String> names = new ArrayList<>(RawMcp.names(page));
        String cursor = page.path("nextCursor").asText();
        String first = cursor;
        while (!cursor.isEmpty()) {
            page = result(ann.modern("tools/list", "{\"cursor\":\"" + cursor + "\"}"));
            names.addAll(RawMcp.names(page));
            cursor = page.path("nextCursor").asText();
        }

        assertThat(names).isSorted().doesNotHaveDuplicates().contains("private").hasSizeGreaterThan(20);
        for (String wrong : List.of(first.substring(1), first + "A", "", "forged")) {
            assertThat(code(ann.modern("tools/list", "{\"cursor\":\"" + wrong + "\"}")))
                    .as(wrong)
                    .isEqualTo(-32602);
        }
        assertThat(code(bob.modern("tools/list", "{\"cursor\":\"" + first + "\"}")))
                .isEqualTo(-32602);
    }

    @Test
    void whatACallerMayNotCallIsNeitherListedNorKnown() {
        List<String> names = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    result(bob.modern("tools/list", cursor.isEmpty() ? "{}" : "{\"cursor\":\"" + cursor + "\"}"));
            names.addAll(RawMcp.names(page));
            cursor = page.path("nextCursor").asText();
        } while (!cursor.isEmpty());

        assertThat(names).contains("test_simple_text").doesNotContain("private");
        assertThat(RawMcp.answer(bob.modern("tools/call", "{\"name\":\"private\"}"))
                        .toString())
                .isEqualTo(RawMcp.answer(bob.modern("tools/call", "{\"name\":\"nothing\"}"))
                        .toString()
                        .replace("nothing", "private"));
        assertThat(result(ann.modern("tools/call", "{\"name\":\"private\"}")).path("content"))
                .isNotEmpty();
    }

    @Test
    void aQuestionIsTheAnswerAndTheCallGoesOnWhenItIsAnswered() {
        JsonNode asked = result(ann.modern("tools/call", NAME_TOOL));
        assertThat(asked.path("resultType").asText()).isEqualTo("input_required");
        assertThat(asked.path("inputRequests").path("user_name").path("method").asText())
                .isEqualTo("elicitation/create");
        String state = asked.path("requestState").asText();

        JsonNode again = result(ann.modern("tools/call", answering("{}", state)));
        assertThat(again.path("resultType").asText())
                .as("what is missing is asked for again")
                .isEqualTo("input_required");
        String next = again.path("requestState").asText();
        String good = "{\"user_name\":{\"action\":\"accept\",\"content\":{\"name\":\"Ann\"}}}";

        for (String wrong : List.of(state, next + "A", next.substring(2), "")) {
            assertThat(code(ann.modern("tools/call", answering(good, wrong))))
                    .as("replayed, changed, cut or empty")
                    .isEqualTo(-32602);
        }
        assertThat(code(bob.modern("tools/call", answering(good, next)))).isEqualTo(-32602);
        assertThat(code(ann.modern(
                        "tools/call", answering(good, next).replace("\"arguments\":{}", "\"arguments\":{\"a\":1}"))))
                .isEqualTo(-32602);
        assertThat(result(ann.modern("tools/call", answering(good, next))).toString())
                .contains("Hello, Ann!");
        assertThat(code(ann.modern("tools/call", answering(good, next)))).isEqualTo(-32602);
    }

    private static String answering(String responses, String state) {
        return NAME_TOOL.substring(0, NAME_TOOL.length() - 1) + ",\"inputResponses\":" + responses
                + ",\"requestState\":\"" + state + "\"}";
    }

    @Test
    void aClientIsNotAskedWhatItCannotAnswer() {
        HttpResponse<String> answer = ann.post(
                RawMcp.rpc(
                        1,
                        "tools/call",
                        "{\"name\":\"test_missing_capability\","
                                + RawMcp.MODERN_META.replaceAll("\\{\"elicitation.*\\}\\}", "{}}")
                                + "}"),
                "MCP-Protocol-Version",
                "2026-07-28",
                "Mcp-Method",
                "tools/call",
                "Mcp-Name",
                "test_missing_capability");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo(-32021);
        assertThat(RawMcp.answer(answer)
                        .path("error")
                        .path("data")
                        .path("requiredCapabilities")
                        .has("sampling"))
                .isTrue();
    }

    @Test
    void resourcesAndPromptsOfServersArePutTogetherAndPassedThrough() {
        assertThat(result(ann.modern("resources/list", "{}")).path("resources")).hasSize(3);
        JsonNode read = result(ann.modern("resources/read", "{\"uri\":\"test://static-text\"}"));
        HttpResponse<String> missing = ann.modern("resources/read", "{\"uri\":\"test://none\"}");

        assertThat(read.path("contents").get(0).path("text").asText()).startsWith("This is the content");
        assertThat(read.path("ttlMs").isIntegralNumber()).isTrue();
        assertThat(code(missing)).isEqualTo(-32602);
        assertThat(RawMcp.answer(missing).path("error").path("data").path("uri").asText())
                .isEqualTo("test://none");
        assertThat(result(ann.modern("prompts/get", "{\"name\":\"test_simple_prompt\"}"))
                        .path("messages"))
                .hasSize(1);
    }

    @Test
    void aSessionIdOfAnotherCallerIsAsUnknownAsOneThatNobodyHas() {
        String session = ann.initialize("2025-11-25");
        String ping = RawMcp.rpc(1, "ping", "{}");
        HttpResponse<String> foreign = bob.post(ping, "Mcp-Session-Id", session);
        HttpResponse<String> forged = bob.post(ping, "Mcp-Session-Id", session.substring(1) + "A");

        assertThat(ann.post(ping, "Mcp-Session-Id", session).statusCode()).isEqualTo(200);
        assertThat(foreign.statusCode()).isEqualTo(404);
        assertThat(foreign.body()).isEqualTo(forged.body());
    }
}
