package dev.serai.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ArgumentSchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ISSUES = """
            {"type":"object","properties":{"owner":{"type":"string"},"state":{"enum":["OPEN","CLOSED"]},
             "page":{"type":"integer","minimum":1},"labels":{"type":"array","items":{"type":"string"}}},
             "required":["owner"],"additionalProperties":false}""";

    private static String refusal(String schema, JsonNode arguments) throws Exception {
        ArgumentSchema checked = new ArgumentSchema(JSON.readTree(schema));
        CapabilityException refused =
                catchThrowableOfType(CapabilityException.class, () -> checked.validate(arguments));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENTS);
        return String.valueOf(refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"owner":"o","state":"open"}        | /state: expected one of OPEN, CLOSED, got "open"
            {"state":"OPEN"}                    | /owner: missing, expected a value
            {"owner":7}                         | /owner: expected string, got 7
            {"owner":"o","page":0}              | /page: must have a minimum value of 1
            {"owner":"o","labels":["a",2]}      | /labels/1: expected string, got 2
            {"owner":"o","a/b~c":1}             | /a~1b~0c: unknown argument
            {"owner":{"x":1}}                   | /owner: expected string, got an object
            [1]                                 | expected a JSON object as arguments, got array
            "text"                              | expected a JSON object as arguments, got string
            """)
    void aRefusalSaysWhereAndWhatWasExpected(String arguments, String message) throws Exception {
        assertThat(refusal(ISSUES, JSON.readTree(arguments))).isEqualTo(message);
    }

    @Test
    void goodArgumentsPass() {
        assertThatCode(() -> new ArgumentSchema(JSON.readTree(ISSUES))
                        .validate(JSON.readTree("{\"owner\":\"o\",\"state\":\"OPEN\",\"page\":2,\"labels\":[]}")))
                .doesNotThrowAnyException();
    }

    @Test
    void allFindingsAreToldUpToTen() throws Exception {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        ArrayNode labels = arguments.put("owner", "o").putArray("labels");
        IntStream.range(0, 15).forEach(labels::add);

        assertThat(refusal(ISSUES, arguments).split("; ")).hasSize(11).endsWith("and 5 more");
    }

    @Test
    void aLongValueIsNeverEchoedWhole() throws Exception {
        ObjectNode arguments =
                JsonNodeFactory.instance.objectNode().put("owner", "o").put("state", "x".repeat(50_000));

        assertThat(refusal(ISSUES, arguments)).contains("x".repeat(99)).hasSizeLessThan(200);
    }

    @Test
    void manyWrongValuesCostNoMemory() throws Exception {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        ArrayNode labels = arguments.put("owner", "o").putArray("labels");
        IntStream.range(0, 200_000).forEach(labels::add);

        assertThat(refusal(ISSUES, arguments)).isEqualTo("/labels/0: expected string, got 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://json-schema.org/draft-07/schema#",
                "http://json-schema.org/draft-07/schema",
                "https://json-schema.org/draft/2020-12/schema"
            })
    void bothDialectsAreUnderstood(String dialect) throws Exception {
        String items = dialect.contains("draft-07") ? "items" : "prefixItems";
        String schema = "{\"$schema\":\"" + dialect + "\",\"properties\":{\"p\":{\"" + items
                + "\":[{\"type\":\"string\"},{\"type\":\"integer\"}]}}}";

        assertThat(refusal(schema, JSON.readTree("{\"p\":[\"a\",\"b\"]}"))).startsWith("/p/1: expected integer");
    }

    @Test
    void localReferencesWorkAndEndlessOnesEnd() throws Exception {
        String tree =
                "{\"$defs\":{\"node\":{\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#/$defs/node\"}}}},"
                        + "\"properties\":{\"top\":{\"$ref\":\"#/$defs/node\"}}}";

        assertThat(refusal(tree, JSON.readTree("{\"top\":{\"next\":{\"next\":3}}}")))
                .startsWith("/top/next/next: expected object");
        assertThat(refusal("{\"properties\":{\"a\":{\"$ref\":\"#/properties/a\"}}}", JSON.readTree("{\"a\":1}")))
                .contains("nest too deeply");
    }

    @Test
    void aReferenceElsewhereIsNeverFollowed() throws Exception {
        assertThat(refusal("{\"$ref\":\"http://127.0.0.1:9/schema\"}", JSON.readTree("{}")))
                .contains("cannot be used");
    }

    @Test
    void aPatternThatExplodesIsStopped() throws Exception {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode().put("p", "a".repeat(5_000) + "!");

        assertThat(refusal("{\"properties\":{\"p\":{\"pattern\":\"^(a+)+$\"}}}", arguments))
                .contains("too long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"type\":\"object\"}", "{\"type\":\"object\",\"properties\":{},\"title\":\"t\"}"})
    void aSchemaThatAsksNothingAcceptsEveryObject(String schema) throws Exception {
        ArgumentSchema open = new ArgumentSchema(JSON.readTree(schema));

        assertThatCode(() -> open.validate(JSON.readTree("{\"any\":[1,{}]}"))).doesNotThrowAnyException();
        assertThat(refusal(schema, JSON.readTree("3"))).contains("JSON object");
    }
}
