package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers who send what nobody can work with. None of it reaches the server, and none of it costs a session. */
@Timeout(120)
class BadInputTest {
    private static final int TOO_DEEP = 10_000;
    private static final int TOO_LARGE = 10 * 1024 * 1024;
    private static final String TYPED = """
              - id: sample.typed
                metadata: { mcp: { tool_name: structured } }
                input_schema:
                  type: object
                  properties:
                    state: { type: string, enum: [OPEN, CLOSED] }
                    count: { type: integer }
                  required: [count]
            """;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        server.start();
        gateway = TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, "session: { concurrency: 1 }", "echo") + TYPED)
                .start();
        Refusals.goodCallsStillWork(gateway);
    }

    /** After each: the session that was open before has served everything since. */
    @AfterEach
    void theSessionGoesOn() {
        long before = server.counters().calls();
        assertThat(before).as("nothing of the bad input was sent").isEqualTo(10);
        Refusals.goodCallsStillWork(gateway);
        assertThat(server.counters().initialize()).isEqualTo(1);
        gateway.close();
        server.close();
    }

    private static String nested(int levels) {
        return "{\"message\":" + "[".repeat(levels) + "]".repeat(levels) + "}";
    }

    /** A body as another route would hand it over. */
    private CallOutcome direct(String id, Object body) {
        Exchange done = gateway.camelContext().createProducerTemplate().request("direct:invoke-capability", e -> {
            e.getMessage().setHeader("CapabilityId", id);
            e.getMessage().setBody(body);
        });
        assertThat(done.getException()).as("no exception leaves the route").isNull();
        TreeMap<String, String> headers = new TreeMap<>();
        done.getMessage().getHeaders().forEach((name, value) -> headers.put(name, String.valueOf(value)));
        return new CallOutcome(false, (ObjectNode) done.getMessage().getBody(), headers);
    }

    @Test
    void anUnknownIdIs404() {
        Refusals.overRest(gateway.post("sample.nobody", "{}"), 404, "unknown_capability");
        Refusals.inProcess(gateway.call("sample.nobody", "{}"), "rejected", "unknown_capability");
    }

    @Test
    void aWrongTypeIs400AndNamesThePlaceAndTheType() {
        var problem = Refusals.overRest(gateway.post("sample.typed", "{\"count\":\"many\"}"), 400, "invalid_arguments");
        assertThat(problem.path("detail").asText()).contains("/count").contains("integer");
        Refusals.inProcess(gateway.call("sample.typed", "{\"count\":\"many\"}"), "rejected", "invalid_arguments");
    }

    @Test
    void aMissingArgumentIs400AndIsNamed() {
        var problem = Refusals.overRest(gateway.post("sample.typed", "{}"), 400, "invalid_arguments");
        assertThat(problem.path("detail").asText()).contains("count");
        Refusals.overRest(gateway.post("sample.typed", ""), 400, "invalid_arguments");
        Refusals.inProcess(direct("sample.typed", ""), "rejected", "invalid_arguments");
    }

    @Test
    void aWrongEnumCaseIs400AndNamesTheAllowedValues() {
        var problem = Refusals.overRest(
                gateway.post("sample.typed", "{\"count\":1,\"state\":\"open\"}"), 400, "invalid_arguments");
        assertThat(problem.path("detail").asText()).contains("/state").contains("OPEN, CLOSED");
    }

    @Test
    void aBodyOverTheLimitIs413() {
        String body = "{\"message\":\"" + "x".repeat(TOO_LARGE) + "\"}";
        Refusals.overRest(gateway.post("sample.echo", body), 413, "payload_too_large");
        Refusals.inProcess(direct("sample.echo", body), "rejected", "payload_too_large");
        Refusals.inProcess(
                direct("sample.echo", new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))),
                "rejected",
                "payload_too_large");
    }

    @Test
    void jsonThatIsTooDeepIs400() {
        String deep = nested(TOO_DEEP);
        Refusals.overRest(gateway.post("sample.echo", deep), 400, "invalid_arguments");
        Refusals.inProcess(direct("sample.echo", deep), "rejected", "invalid_arguments");
    }

    @Test
    void aTreeOrMapThatIsTooDeepIs400() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        Map<String, Object> map = new HashMap<>();
        ObjectNode inTree = tree;
        Map<String, Object> inMap = map;
        for (int i = 0; i < TOO_DEEP; i++) {
            inTree = inTree.putObject("a");
            Map<String, Object> next = new HashMap<>();
            inMap.put("a", next);
            inMap = next;
        }
        Refusals.inProcess(direct("sample.echo", tree), "rejected", "invalid_arguments");
        Refusals.inProcess(direct("sample.echo", map), "rejected", "invalid_arguments");
    }

    @Test
    void malformedJsonIs400AndNamesThePlace() {
        for (String bad : new String[] {"{", "{\"a\":1}}", "nonsense", "{\"a\" 1}", "[1]", "3", "\"{}\"", "null"}) {
            Refusals.overRest(gateway.post("sample.echo", bad), 400, "invalid_arguments");
            Refusals.inProcess(direct("sample.echo", bad), "rejected", "invalid_arguments");
        }
        var problem = Refusals.overRest(gateway.post("sample.echo", "{\"a\" 1}"), 400, "invalid_arguments");
        assertThat(problem.path("detail").asText()).contains("line 1");
    }

    @Test
    void aBodyThatIsNoJsonAtAllIs400() {
        Refusals.inProcess(direct("sample.echo", new Object()), "rejected", "invalid_arguments");
        Refusals.inProcess(direct("sample.echo", new byte[] {0, 1, 2, (byte) 0xff}), "rejected", "invalid_arguments");
    }
}
