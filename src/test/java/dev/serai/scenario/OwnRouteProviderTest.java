package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Problem;
import dev.serai.gateway.TestGateway;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.component.seda.SedaEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A route of the operator's is a capability, and no other route is. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class OwnRouteProviderTest {
    private static final String ROUTES = """
            - route:
                id: greet
                from:
                  uri: direct:greet
                  steps:
                    - to: seda:greeted?waitForTaskToComplete=Never
                    - setBody: { simple: '{"greeting":"Hello ${body[name]}","by":"${header.CapabilityId}"}' }
            - route:
                id: say
                from:
                  uri: direct:say
                  steps:
                    - setBody: { simple: "just ${body[name]}" }
            - route:
                id: refuse
                from:
                  uri: direct:refuse
                  steps:
                    - setBody: { constant: "out of stock" }
                    - setHeader: { name: CapabilityErrorCode, constant: tool_error }
            - route:
                id: nested
                from:
                  uri: direct:nested
                  steps:
                    - setHeader: { name: CapabilityId, constant: own.refuse }
                    - to: direct:invoke-capability
            - route:
                id: itself
                from:
                  uri: direct:itself
                  steps:
                    - setHeader: { name: CapabilityId, constant: own.itself }
                    - to: direct:invoke-capability
            - route:
                id: wait
                from:
                  uri: direct:wait
                  steps:
                    - delay: { constant: "4000" }
            - route:
                id: burst
                from:
                  uri: direct:burst
                  steps:
                    - throwException: { exceptionType: java.lang.IllegalStateException, message: a secret of the route }
            """;
    private static final String CLOSED = """
            - route:
                id: closed
                from:
                  uri: direct:closed
                  steps:
                    - setBody: { constant: closed }
            """;
    private static final String MISSING = """
            capabilities:
              - { id: m.a, metadata: { camel: { rout: "direct:greet" } } }
              - { id: m.b, metadata: { camel: { route: "direct:greet", requires_session: true } } }
            """;
    private static final String TO = """
              - { id: own.%1$s, metadata: { camel: { route: "direct:%1$s" } } }
            """;
    private static final List<String> INTERNAL = List.of(
            "direct:invoke-capability",
            "direct:deliver-invocation",
            "direct:call-upstream",
            "direct:call-in-session",
            "direct:attempt-call",
            "direct:call-over-mcp",
            "direct:before-invoke",
            "direct:mcp-call",
            "direct:mcp-open-session",
            "direct:camel-close-session");
    private static final List<String> OTHER_SCHEMES = List.of(
            "file:out",
            "http:127.0.0.1",
            "seda:x",
            "bean:reload-entry",
            "greet",
            "direct:",
            "direct:a?block=true",
            "direct:${header.x}",
            "direct://greet");

    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) {
        StringBuilder declarations = new StringBuilder("capabilities:\n");
        List.of("greet", "say", "refuse", "nested", "itself", "wait", "burst", "nowhere", "mcp-find-era", "closed")
                .forEach(name -> declarations.append(TO.formatted(name)));
        gateway = TestGateway.in(folder)
                .setting("serai.callable-routes", "greet, say,refuse,nested,itself,wait,burst,no*,mcp*")
                .capabilities("own.yaml", declarations.toString())
                .capabilities("bad.yaml", "capabilities:\n" + bad(INTERNAL, "internal") + bad(OTHER_SCHEMES, "other"))
                .capabilities("missing.yaml", MISSING)
                .routes("own.yaml", ROUTES)
                .routes("closed.yaml", CLOSED)
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    private static String bad(List<String> routes, String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < routes.size(); i++) {
            text.append(
                    "  - { id: %s.r%d, metadata: { camel: { route: \"%s\" } } }%n".formatted(name, i, routes.get(i)));
        }
        return text.toString();
    }

    @Test
    void aRouteIsCalledOverRestAndItsBodyIsTheResult() {
        assertThat(gateway.post("own.greet", "{\"name\":\"Ada\"}").body())
                .isEqualTo("{\"greeting\":\"Hello Ada\",\"by\":\"own.greet\"}");
        assertThat(gateway.post("own.say", "{\"name\":\"hi\"}").body()).isEqualTo("\"just hi\"");
    }

    @Test
    void aRouteIsAToolOfTheMcpEntry() {
        JsonNode result = StatelessMcp.call(gateway, "own.greet", "{\"name\":\"Bo\"}");

        assertThat(result.toString()).contains("Hello Bo").doesNotContain("\"isError\":true");
    }

    @Test
    void aRouteSeesNoMetadata() {
        var queue = gateway.camelContext().getEndpoint("seda:greeted", SedaEndpoint.class);
        queue.purgeQueue();
        gateway.call("own.greet", "{\"name\":\"Cy\"}");

        var seen = queue.getExchanges().get(0).getMessage().getHeaders();
        assertThat(seen).containsEntry("CapabilityId", "own.greet");
        assertThat(seen.keySet()).noneMatch(name -> name.startsWith("camel_"));
    }

    @Test
    void aRouteSaysThatACallFailedAndSoDoesOneWhoseOwnCallFailed() {
        for (String id : List.of("own.refuse", "own.nested")) {
            JsonNode problem = Refusals.overRest(gateway.post(id, "{}"), 422, "tool_error");
            assertThat(problem.path("detail").asText()).isEqualTo("out of stock");
            assertThat(StatelessMcp.call(gateway, id, "{}").path("isError").asBoolean())
                    .isTrue();
        }
    }

    @Test
    void aRouteThatFailsTellsItsCallerNothingOfTheException() {
        JsonNode problem = Refusals.overRest(gateway.post("own.burst", "{}"), 500, "internal_error");

        assertThat(problem.toString()).doesNotContain("secret");
    }

    @Test
    void aRouteThatHangsEndsAtTheDeadlineOfItsCall() {
        Refusals.overRest(gateway.post("own.wait", "{}", "Serai-Timeout-Ms", "200"), 504, "timeout");
    }

    @Test
    void aRouteThatCallsItselfEndsWithAnError() {
        JsonNode problem = Refusals.inProcess(gateway.call("own.itself", "{}"), "failed", "internal_error");

        assertThat(problem.path("detail").asText()).contains("more than 16 calls within each other");
        assertThat(gateway.call("own.say", "{\"name\":\"x\"}").completed()).isTrue();
    }

    @Test
    void aRouteThatIsNotThereIsSaidWhereItIsCalledAndListed() {
        unavailable("own.nowhere", "no route begins at direct:nowhere, named by camel_route");
    }

    @Test
    void aProvidersOwnRouteIsNoCapability() {
        unavailable("own.mcp-find-era", "direct:mcp-find-era belongs to an entry or a provider");
    }

    @Test
    void aRouteThatTheOperatorDoesNotAllowIsNoCapability() {
        unavailable("own.closed", "serai.callable-routes does not allow direct:closed");
    }

    private void unavailable(String id, String reason) {
        JsonNode problem = Refusals.overRest(gateway.post(id, "{\"name\":\"x\"}"), 501, "no_provider");
        assertThat(problem.path("detail").asText()).contains(reason);
        assertThat(gateway.get("/capabilities/" + id).body()).contains(reason);
        assertThat(gateway.gateway().explain(id, null).document().toString()).contains(reason);
    }

    @Test
    void otherEndpointsAndTheGatewaysOwnRoutesAreErrorsOfTheDeclaration() {
        List<Problem> problems = problems("bad.yaml");

        assertThat(problems).hasSize(INTERNAL.size() + OTHER_SCHEMES.size());
        assertThat(problems).allSatisfy(problem -> {
            assertThat(problem.severity()).isEqualTo(Problem.Severity.ERROR);
            assertThat(problem.message()).contains("camel_route: expected direct:name of a route of yours");
        });
    }

    @Test
    void whatIsMissingInADeclarationShowsWhenItIsLoaded() {
        assertThat(problems("missing.yaml"))
                .map(Problem::message)
                .satisfiesExactly(
                        text -> assertThat(text).startsWith("camel_route: is missing: expected direct:name"),
                        text -> assertThat(text).startsWith("camel_rout: is not known"),
                        text -> assertThat(text).startsWith("camel_requires_session: a session needs open_route"));
    }

    private List<Problem> problems(String file) {
        return gateway.gateway().capabilities().current().problems().stream()
                .filter(problem -> problem.source().file().endsWith(file))
                .toList();
    }
}
