package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.capability.Problem;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.scenario.ChatServer.Seen;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One chat at a time, with the shipped declarations and some of the test's own. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class ChatProviderTest {
    private static final String DECLARATIONS = """
            capabilities:
              - id: my.chat
                metadata:
                  chat: { server_url: "%1$s", auth_env_var: MY_KEY, model: small, temperature: 0.5, max_tokens: 100,
                          max_tokens_limit: 200, thinking: false, continuation_calls: 2 }
              - id: my.thrifty
                metadata: { chat: { server_url: "%1$s", auth_env_var: MY_KEY, model: small, continuation_tokens: 30 } }
              - { id: my.bare, metadata: { chat: { server_url: "%1$s", auth_env_var: MY_KEY } } }
            """;
    private static final String WRONG = """
            capabilities:
              - { id: w.a, metadata: { chat: { max_tokens: 201, max_tokens_limit: 200 } } }
              - { id: w.b, metadata: { chat: { temperature: 2.1 } } }
              - { id: w.c, metadata: { chat: { thinking: maybe } } }
              - { id: w.d, metadata: { chat: { continuation_calls: 11 } } }
              - { id: w.e, metadata: { chat: { conversation_turns: 0 } } }
              - { id: w.f, metadata: { chat: { conversation_age: 500ms } } }
              - { id: w.g, metadata: { chat: { idempotency_header: "X_Key" } } }
              - { id: w.h, metadata: { chat: { cache_request_header: X-Cache } } }
              - { id: w.i, metadata: { chat: { modle: x } } }
            """;

    private final ChatServer server = new ChatServer("the-key");
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) {
        gateway = TestGateway.in(folder)
                .capabilities(Path.of("capabilities/kimi.yaml").toAbsolutePath())
                .capabilities(Path.of("capabilities/glm.yaml").toAbsolutePath())
                .capabilities("my.yaml", DECLARATIONS.formatted(server.url("/v1")))
                .capabilities("wrong.yaml", WRONG)
                .environment("KIMI_API_URL", server.url("/kimi/v1"))
                .environment("KIMI_API_KEY", "the-key")
                .environment("GLM_API_URL", server.url("/glm/v4"))
                .environment("GLM_API_KEY", "the-key")
                .environment("MY_KEY", "the-key")
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    private JsonNode chat(String id, String arguments) {
        CallOutcome outcome = gateway.call(id, arguments);
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return outcome.body();
    }

    @ParameterizedTest
    @CsvSource({"kimi.chat,/kimi/v1,kimi-k2-0905-preview,16384", "glm.chat,/glm/v4,glm-4.6,8192"})
    void aPromptIsAChatWithTheDeclaredServerKeyAndModel(String id, String path, String model, int most) {
        JsonNode result = chat(id, "{\"prompt\":\"hello there\"}");

        Seen sent = server.last();
        assertThat(sent.path()).isEqualTo(path + "/chat/completions");
        assertThat(sent.header("Authorization")).isEqualTo("Bearer the-key");
        assertThat(sent.header("Content-Type")).isEqualTo("application/json");
        assertThat(sent.body())
                .isEqualTo(TestGateway.tree("{\"model\":\"" + model
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello there\"}]}"));
        assertThat(result.path("model").asText()).isEqualTo(model);
        assertThat(result.path("content").asText()).isEqualTo("user:hello there");
        assertThat(result.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(result.at("/usage/total_tokens").asInt()).isEqualTo(15);
        assertThat(result.has("tool_calls") || result.has("reasoning_content")).isFalse();
        assertThat(result.at("/metadata/continuation").toString())
                .isEqualTo("{\"attempts\":0,\"total_tokens\":15,\"was_truncated\":false,\"is_complete\":true}");

        chat(id, "{\"prompt\":\"x\",\"max_tokens\":" + most + "}");
        assertThat(gateway.call(id, "{\"prompt\":\"x\",\"max_tokens\":" + (most + 1) + "}")
                        .completed())
                .isFalse();
    }

    @Test
    void whatTheDeclarationSaysGoesOutUnlessTheArgumentsSayOtherwise() {
        chat("my.chat", "{\"prompt\":\"x\"}");
        assertThat(server.last().body().toString())
                .startsWith("{\"model\":\"small\",\"temperature\":0.5,\"max_tokens\":100,"
                        + "\"thinking\":{\"type\":\"disabled\"},\"messages\":");

        chat("my.chat", """
                { "prompt": "x", "model": "large", "temperature": 0, "max_tokens": 7, "thinking": true,
                  "tools": [{"type":"function","function":{"name":"weather"}}], "tool_choice": "auto" }""");
        assertThat(server.last().body().toString())
                .startsWith(
                        "{\"model\":\"large\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}],"
                                + "\"tool_choice\":\"auto\",\"temperature\":0,\"max_tokens\":7,"
                                + "\"thinking\":{\"type\":\"enabled\"},\"messages\":");
    }

    @Test
    void filesAreReadWithTheQuestion() {
        chat("my.chat", """
                { "prompt": "compare", "files": [{"name":"a.txt","content":"one"},{"name":"b\\n.txt","content":"two"}] }""");
        assertThat(ChatServer.said(server.last().body()))
                .containsExactly("user:<file name=\"a.txt\">\none\n</file>\n\n"
                        + "<file name=\"b\\n.txt\">\ntwo\n</file>\n\ncompare");

        chat("my.chat", """
                { "messages": [{"role":"system","content":"s"},{"role":"user","content":"q"},{"role":"assistant","content":"a"}],
                  "files": [{"name":"a.txt","content":"one"}] }""");
        assertThat(ChatServer.said(server.last().body()))
                .containsExactly("system:s", "user:<file name=\"a.txt\">\none\n</file>\n\nq", "assistant:a");
    }

    @Test
    void toolCallsAndReasoningAreInTheResult() {
        JsonNode result = chat("my.chat", "{\"prompt\":\"call\"}");
        assertThat(result.at("/tool_calls/0/function/arguments").asText()).isEqualTo("{\"city\":\"Rome\"}");
        assertThat(result.get("content").isNull()).isTrue();
        assertThat(result.path("finish_reason").asText()).isEqualTo("tool_calls");

        assertThat(chat("my.chat", "{\"prompt\":\"think\"}")
                        .path("reasoning_content")
                        .asText())
                .isEqualTo("let me see");
    }

    /** What the user says, and then: attempts, whether it is complete, tokens, and the content. */
    @ParameterizedTest
    @CsvSource({
        "my.chat,    long 2,         1, true,  30, part-0 part-1.",
        "my.chat,    long 3,         2, true,  45, part-0 part-1 part-2.",
        "my.chat,    long endless,   2, false, 45, part-0 part-1 part-2",
        "my.thrifty, long endless,   1, false, 30, part-0 part-1",
        "my.chat,    long repeating, 1, false, 30, part-0",
        "my.chat,    long empty,     1, false, 30, part-0",
        "my.chat,    cut-call,       0, false, 15, null",
    })
    void anAnswerThatWasCutOffIsGoneOnWithInBounds(
            String id, String prompt, int attempts, boolean complete, int tokens, String content) {
        JsonNode result = chat(id, "{\"prompt\":\"" + prompt + "\"}");

        assertThat(result.path("content").asText().strip()).isEqualTo(content);
        assertThat(result.path("finish_reason").asText()).isEqualTo(complete ? "stop" : "length");
        assertThat(result.at("/usage/total_tokens").asInt()).isEqualTo(tokens);
        assertThat(result.at("/metadata/continuation").toString())
                .isEqualTo("{\"attempts\":" + attempts + ",\"total_tokens\":" + tokens
                        + ",\"was_truncated\":true,\"is_complete\":" + complete + "}");
    }

    @Test
    void whatThereIsOfAnAnswerIsTheResultWhereTheServerFailsToGiveTheRest() {
        JsonNode result = chat("my.chat", "{\"prompt\":\"long failing\"}");
        assertThat(result.path("content").asText()).isEqualTo("part-0 ");
        assertThat(result.at("/metadata/continuation/is_complete").asBoolean()).isFalse();
        assertThat(result.at("/metadata/continuation/error").asText())
                .startsWith("upstream_error")
                .contains("503", "overloaded");
    }

    @Test
    void theRestIsNotAskedForWhereTheCallerWantsNone() {
        int before = server.seen().size();
        JsonNode result = chat("my.chat", "{\"prompt\":\"long 2\",\"continuation\":false}");
        assertThat(result.at("/metadata/continuation/was_truncated").asBoolean())
                .isTrue();
        assertThat(server.seen().subList(before, server.seen().size())).hasSize(1);
    }

    @Test
    void aRequestForTheRestHoldsWhatThereIsAndNothingOfTheAnswersHeaders() {
        chat("my.chat", "{\"prompt\":\"long 2\"}");
        assertThat(ChatServer.asksForMore(server.last())).isTrue();
        assertThat(ChatServer.said(server.last().body())).startsWith("user:long 2", "assistant:part-0 ");
        assertThat(server.last().headers()).doesNotContainKey("X-Request-Id");
    }

    @Test
    void theWholeAnswerIsTheRawResultAndOfSeveralAllAre() {
        Map<String, String> raw = Map.of("CapabilityRaw", "true");
        assertThat(gateway.call("my.chat", "{\"prompt\":\"x\"}", raw).body().at("/choices/0/message/content"))
                .hasToString("\"user:x\"");
        assertThat(gateway.call("my.chat", "{\"prompt\":\"long 2\"}", raw)
                        .body()
                        .findValuesAsText("finish_reason"))
                .containsExactly("length", "stop");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                        | /prompt: expected either prompt or messages",
                "{\"prompt\":\"a\",\"messages\":[]}                        | /prompt: expected either prompt or messages",
                "{\"prompt\":\"\"}                                         | /prompt: expected a text",
                "{\"messages\":[]}                                         | /messages: expected a list of messages",
                "{\"messages\":[{\"role\":\"user\"},3]}                    | /messages/1: expected an object with role",
                "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]}  | /messages: expected a message of another role",
                "{\"prompt\":\"a\",\"temperature\":3}                      | /temperature: expected a number from 0 to 2",
                "{\"prompt\":\"a\",\"max_tokens\":201}                     | /max_tokens: expected a whole number from 1 to 200",
                "{\"prompt\":\"a\",\"max_tokens\":1.5}                     | /max_tokens: expected a whole number from 1 to 200",
                "{\"prompt\":\"a\",\"thinking\":\"yes\"}                   | /thinking: expected true or false",
                "{\"prompt\":\"a\",\"tools\":{}}                           | /tools: expected a list of tools",
                "{\"prompt\":\"a\",\"continuation\":1}                     | /continuation: expected true or false",
                "{\"prompt\":\"a\",\"files\":[{\"name\":\"a\"}]}           | /files/0/content: expected a text",
                "{\"prompt\":\"a\",\"files\":[{\"content\":\"a\"}]}        | /files/0/name: expected a name",
                "{\"messages\":[{\"role\":\"tool\"}],\"files\":[{\"name\":\"a\",\"content\":\"a\"}]} | /files: expected a prompt",
                "{\"prompt\":\"a\",\"top_p\":1}                            | /top_p: expected one of continuation, files",
                "{\"prompt\":\"a\",\"model\":\" \"}                        | /model: expected a model's name",
            })
    void argumentsThatCannotBeSentAreRefusedWithTheirPlace(String arguments, String expected) {
        int before = server.seen().size();
        CallOutcome outcome = gateway.call("my.chat", arguments);
        assertThat(outcome.headers()).containsEntry("CapabilityErrorCode", "invalid_arguments");
        assertThat(outcome.body().path("detail").asText()).contains(expected);
        assertThat(server.seen()).hasSize(before);
    }

    @Test
    void aCallNeedsAModelWhereTheDeclarationNamesNone() {
        assertThat(gateway.call("my.bare", "{\"prompt\":\"a\"}")
                        .body()
                        .path("detail")
                        .asText())
                .contains("/model: expected a model's name, since the declaration names none");
        assertThat(chat("my.bare", "{\"prompt\":\"a\",\"model\":\"m\"}")
                        .path("model")
                        .asText())
                .isEqualTo("m");
    }

    /** What the server does, the code, and what the caller is told. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "status 400 | upstream_error          | 400",
                "status 404 | upstream_error          | 404",
                "status 429 | upstream_error          | of_the_test",
                "status 500 | upstream_error          | no, not with",
                "plain      | upstream_protocol_error | no JSON",
                "plain []   | upstream_protocol_error | no JSON object",
                "plain {}   | upstream_protocol_error | holds no choice",
                "plain {\"choices\":[]} | upstream_protocol_error | holds no choice",
                "plain {\"choices\":[{\"finish_reason\":\"content_filter\",\"message\":{\"content\":\"\"}}]} | upstream_protocol_error | is empty: neither content nor tool calls (finish_reason content_filter)",
                "plain {\"error\":{\"message\":\"the-key!\"}} | upstream_error | answered with an error: [redacted]!",
            })
    void whatIsNoAnswerIsAnErrorThatTellsNoKey(String prompt, String code, String expected) {
        int before = server.seen().size();
        CallOutcome outcome = gateway.call("my.chat", "{\"prompt\":" + TextNode.valueOf(prompt) + "}");
        assertThat(outcome.headers()).containsEntry("CapabilityErrorCode", code);
        assertThat(outcome.body().path("detail").asText()).contains(expected);
        assertThat(outcome.body().toString()).doesNotContain("the-key");
        assertThat(server.seen()).as("sent once").hasSize(before + 1);
    }

    @Test
    void mistakesOfADeclarationShowWhenItIsLoaded() {
        List<String> found = gateway.gateway().capabilities().current().problems().stream()
                .map(Problem::message)
                .toList();
        for (String expected : List.of(
                "chat_max_tokens",
                "chat_temperature",
                "chat_thinking",
                "chat_continuation_calls",
                "chat_conversation_turns",
                "chat_conversation_age",
                "chat_idempotency_header",
                "chat_cache_request_header",
                "chat_modle")) {
            assertThat(found).as(expected).anyMatch(problem -> problem.contains(expected));
        }
    }
}
