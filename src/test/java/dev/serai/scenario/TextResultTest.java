package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.gateway.TestGateway;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider's route may leave JSON or text; what is JSON is kept as it is, and anything else is a string of it. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class TextResultTest {
    private static final String SAYS = """
            - route:
                id: says-call
                from:
                  uri: direct:says-call
                  steps:
                    - unmarshal: { json: {} }
                    - setBody: { simple: "${body[what]}" }
            """;
    private static final String DECLARATIONS = """
            capabilities:
              - { id: s.say, metadata: { says: { requires_session: false } } }
            """;

    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) {
        gateway = TestGateway.in(folder)
                .routes("providers/says.camel.yaml", SAYS)
                .capabilities("s.yaml", DECLARATIONS)
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    private String answer(String said) {
        String arguments =
                JsonNodeFactory.instance.objectNode().put("what", said).toString();
        return gateway.post("s.say", arguments).body();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":[1,null]}", "[]", "\"quoted\"", "-1", "0.50", "true", "false", "null"})
    void jsonIsKept(String json) {
        assertThat(answer(json)).isEqualTo(json);
        assertThat(answer(" \n" + json)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "Zulu",
                "<p>no</p>",
                "truth",
                "falsehood",
                "nulls",
                "{open",
                "1 and 2",
                "+1",
                "NaN",
                "äther",
                "*"
            })
    void anythingElseIsText(String text) {
        assertThat(answer(text))
                .isEqualTo(JsonNodeFactory.instance.textNode(text).toString());
    }
}
