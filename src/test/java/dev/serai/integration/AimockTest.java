package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Chats with a mock of OpenAI's API that others made. */
@Tag("integration")
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class AimockTest {
    private static final String TOOLS =
            "[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"parameters\":{\"type\":\"object\"}}}]";

    private NpmServer server;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        server = NpmServer.start(
                "@copilotkit/aimock/dist/cli.js",
                "-p",
                "1",
                "-f",
                Path.of("src/test/resources/integration/chat-fixtures.json")
                        .toAbsolutePath()
                        .toString());
        gateway = TestGateway.in(folder)
                .capabilities(Path.of("capabilities/kimi.yaml").toAbsolutePath())
                .capabilities(Path.of("capabilities/glm.yaml").toAbsolutePath())
                .environment("KIMI_API_URL", server.uri("/v1").toString())
                .environment("GLM_API_URL", server.uri("/v1").toString())
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    private JsonNode chat(String id, String arguments) {
        return TestGateway.tree(gateway.post(id, arguments).body());
    }

    @Test
    void questionsAreAnsweredForBoth() {
        for (String id : List.of("kimi.chat", "glm.chat")) {
            JsonNode result = chat(id, "{\"prompt\":\"hello\"}");
            assertThat(result.path("content").asText()).isEqualTo("Hi there, this is a deterministic reply.");
            assertThat(result.path("finish_reason").asText()).isEqualTo("stop");
        }
    }

    @Test
    void toolsAreCalledAndReasoningIsTold() {
        JsonNode called = chat("kimi.chat", "{\"prompt\":\"weather\",\"tools\":" + TOOLS + "}");
        assertThat(called.at("/tool_calls/0/function/name").asText()).isEqualTo("get_weather");
        assertThat(called.at("/tool_calls/0/function/arguments").asText()).isEqualTo("{\"city\":\"SF\"}");
        assertThat(chat("kimi.chat", "{\"prompt\":\"think\"}").path("content").asText())
                .isEqualTo("42");
    }

    @Test
    void anAnswerThatIsCutOffIsGoneOnWith() {
        for (String id : List.of("kimi.chat", "glm.chat")) {
            JsonNode result = chat(id, "{\"prompt\":\"tell me a story\"}");
            assertThat(result.path("content").asText()).isEqualTo("Once upon a time.");
            assertThat(result.path("finish_reason").asText()).isEqualTo("stop");
            assertThat(result.at("/metadata/continuation/attempts").asInt()).isEqualTo(1);
            assertThat(result.at("/metadata/continuation/was_truncated").asBoolean())
                    .isTrue();
        }
    }

    @Test
    void aConversationGoesOnWhereItWasAndAnotherKnowsNothingOfIt() {
        for (String id : List.of("kimi.chat", "glm.chat")) {
            assertThat(inConversation("a-" + id, id, "I am Ann")).isEqualTo("Good day.");
            assertThat(inConversation("a-" + id, id, "who am I?")).isEqualTo("You are Ann.");
            assertThat(inConversation("b-" + id, id, "who am I?")).isEqualTo("I do not know.");
        }
    }

    private String inConversation(String conversation, String id, String prompt) {
        String answer = gateway.post(id, "{\"prompt\":\"" + prompt + "\"}", "Serai-Conversation", conversation)
                .body();
        return TestGateway.tree(answer).path("content").asText();
    }

    @Test
    void anErrorIsToldWithItsReason() {
        JsonNode problem = chat("glm.chat", "{\"prompt\":\"ratelimit\"}");
        assertThat(problem.path("code").asText()).isEqualTo("upstream_error");
        assertThat(problem.path("detail").asText()).contains("429", "slow down");
    }

    @Test
    void aStreamHasTheSameResultAsItsParts() {
        String events =
                gateway.post("kimi.chat?stream=true", "{\"prompt\":\"hello\"}").body();
        StringBuilder text = new StringBuilder();
        events.lines()
                .filter(line -> line.startsWith("data: {\"progress\""))
                .forEach(line -> text.append(TestGateway.tree(line.substring("data: ".length()))
                        .path("message")
                        .asText()));
        assertThat(text.toString()).isEqualTo("Hi there, this is a deterministic reply.");
        assertThat(events.substring(events.lastIndexOf("event: ")))
                .startsWith("event: result")
                .contains(text.toString());
    }
}
