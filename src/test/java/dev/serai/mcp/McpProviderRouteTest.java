package dev.serai.mcp;

import static dev.serai.mcp.McpCalls.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.sample.AnswerForm;
import dev.serai.sample.LostSession;
import dev.serai.sample.RecordedRequest;
import dev.serai.sample.SampleMcpServer;
import dev.serai.session.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.BindToRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped provider routes against a real server on loopback. */
@Timeout(120)
class McpProviderRouteTest extends CamelTestSupport {
    private final SampleMcpServer server = new SampleMcpServer();

    @Override
    protected CamelContext createCamelContext() {
        CamelContext camel = new DefaultCamelContext();
        camel.setStreamCaching(false);
        camel.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
        return camel;
    }

    @BindToRegistry("mcp")
    McpProtocol protocol() {
        return new McpProtocol();
    }

    @Override
    protected RoutesBuilder[] createRouteBuilders() throws Exception {
        PlainHttpStep step = new PlainHttpStep(server.start());
        RoutesBuilder upstream = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:call-upstream").streamCache("false").process(step);
            }
        };
        Resource shipped = ResourceHelper.resolveResource(context, "file:routes/providers/mcp.camel.yaml");
        List<RoutesBuilder> routes =
                new ArrayList<>(PluginHelper.getRoutesLoader(context).findRoutesBuilders(shipped));
        routes.add(upstream);
        return routes.toArray(RoutesBuilder[]::new);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = AnswerForm.class,
            names = {
                "JSON",
                "JSON_WITH_CHARSET",
                "SSE",
                "SSE_PRIMED_WITH_NOTIFICATIONS",
                "SSE_WITHOUT_EVENT_NAME",
                "SSE_MULTI_LINE",
                "SSE_STAYS_OPEN"
            })
    void opensASessionAndCallsAToolInEveryFormOfAnswer(AnswerForm form) {
        server.dials().initializeAs(form).answerAs(form);

        Session session = open();
        Exchange call = call(session, "echo", "{\"message\":\"hi\"}");

        assertThat(call.getException()).isNull();
        assertThat(call.getProperty("SeraiValue")).isEqualTo(json("\"hi\""));
        assertThat(call.getMessage().getBody()).isEqualTo(json("{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}"));
        assertThat(session.id()).isNotNull();
        assertThat(server.counters().initialize()).isOne();
        assertThat(server.counters().initialized()).isOne();
        assertThat(server.counters().executions("echo")).isOne();
    }

    @ParameterizedTest
    @EnumSource(
            value = AnswerForm.class,
            names = {
                "SSE_TRUNCATED",
                "SSE_WITHOUT_ANSWER",
                "HTML",
                "EMPTY",
                "JSON_TRUNCATED",
                "NOT_JSON_RPC",
                "WRONG_ID",
                "WITHOUT_ID",
                "BOTH",
                "NEITHER",
                "WRONG_JSONRPC"
            })
    void aBrokenAnswerIsAProtocolErrorInTheHandshakeAndInACall(AnswerForm form) {
        Session session = open();
        server.dials().initializeAs(form).answerAs(form);

        CapabilityException call = failure(call(session, "side_effect", "{\"key\":\"k\"}"), CapabilityException.class);
        CapabilityException open = failure(send("direct:mcp-open-session", null, null), CapabilityException.class);

        assertThat(call.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL_ERROR);
        assertThat(open.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL_ERROR);
        assertThat(server.counters().sideEffects("k")).isOne();
    }

    @ParameterizedTest
    @EnumSource(
            value = AnswerForm.class,
            names = {"RPC_ERROR", "RPC_ERROR_SSE"})
    void aJsonRpcErrorKeepsItsCode(AnswerForm form) {
        Session session = open();
        server.dials().answerAs(form);

        UpstreamStatusException failure = failure(call(session, "counter", "{}"), UpstreamStatusException.class);

        assertThat(failure.rpcCode()).isEqualTo(-32603);
        assertThat(failure.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    void takesEveryVersionOfTheEraThatTheServerAnswers(String version) {
        server.dials().stateless(true).answerVersion(version);

        Session session = open();

        assertThat(session.id()).isNull();
        assertThat(session.fact("protocolVersion")).isEqualTo(version);
        assertThat(call(session, "echo", "{\"message\":\"x\"}").getException()).isNull();
        assertThat(last().header("MCP-Protocol-Version")).isEqualTo(version);
        assertThat(last().headers()).doesNotContainKey("Mcp-Session-Id");
    }

    @Test
    void negotiatesTheDeclaredVersion() {
        Exchange opened = send("direct:mcp-open-session", null, null, Map.of("mcp_protocol_version", "2025-03-26"));

        assertThat(opened.getMessage().getBody(Map.class).get("protocolVersion"))
                .isEqualTo("2025-03-26");
    }

    @Test
    void aVersionOfAnotherEraOpensNothing() {
        server.dials().answerVersion("2026-07-28");

        CapabilityException failure = failure(send("direct:mcp-open-session", null, null), CapabilityException.class);

        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL_ERROR);
        assertThat(server.counters().initialized()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405, 0, 503})
    void aServerWithoutHandshakeSaysSoItself(int status) {
        server.dials().initializeStatus(status);

        UpstreamStatusException failure =
                failure(send("direct:mcp-open-session", null, null), UpstreamStatusException.class);

        assertThat(failure.status()).isEqualTo(status == 0 ? 200 : status);
        assertThat(failure.rpcCode()).isEqualTo(status == 0 ? Integer.valueOf(-32601) : null);
    }

    @Test
    void aHandshakeThatIsNotAcceptedToItsEndOpensNothing() {
        server.dials().initializedStatus(400);

        assertThat(failure(send("direct:mcp-open-session", null, null), UpstreamStatusException.class)
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource(LostSession.class)
    void anEndedSessionSurfacesAsTheServerSaysIt(LostSession form) {
        Session session = open();
        server.dials().lostSessionAs(form);
        server.expireAllSessions();

        UpstreamStatusException failure = failure(call(session, "counter", "{}"), UpstreamStatusException.class);

        assertThat(failure.status()).isIn(400, 404);
        assertThat(server.counters().executions("counter")).isZero();
        assertThat(open().id()).isNotEqualTo(session.id());
    }

    @Test
    void sessionsHaveTheirOwnStateAndIdsNeverRepeat() {
        Session one = open();
        Session other = open();
        call(one, "counter", "{}");

        assertThat(call(one, "counter", "{}").getProperty("SeraiValue")).isEqualTo(json("{\"count\":2}"));
        assertThat(call(other, "counter", "{}").getProperty("SeraiValue")).isEqualTo(json("{\"count\":1}"));
        assertThat(server.counters().duplicateIds()).isZero();
        assertThat(server.openSessions()).isEqualTo(2);
    }

    @Test
    void closingReachesTheServerAndCheckingTells() {
        Session session = open();

        assertThat(send("direct:mcp-check-session", session, null).getException())
                .isNull();
        assertThat(send("direct:mcp-close-session", session, null).getException())
                .isNull();

        assertThat(server.counters().deletes()).isOne();
        assertThat(server.openSessions()).isZero();
        failure(send("direct:mcp-check-session", session, null), UpstreamStatusException.class);
    }

    @Test
    void aToolThatReportsProgressAnswersItsResult() {
        Exchange call = call(open(), "slow", "{\"millis\":20}");

        assertThat(call.getProperty("SeraiValue")).isEqualTo(json("\"done after 20 ms\""));
    }

    @Test
    void aFailingToolKeepsItsContent() {
        CapabilityException failure =
                failure(call(open(), "fail", "{\"message\":\"no such issue\"}"), CapabilityException.class);

        assertThat(failure.code()).isEqualTo(ErrorCode.TOOL_ERROR);
        assertThat(failure).hasMessage("no such issue");
        assertThat(failure.result()).isNotNull();
    }

    @Test
    void aResultOfManyItemsIsKeptWhole() {
        Exchange call = call(open(), "mixed", "{}");
        JsonNode result = call.getMessage().getBody(JsonNode.class);

        assertThat(result.path("content")).hasSize(3);
        assertThat(result.path("_meta").path("sample/kept").asBoolean()).isTrue();
        assertThat(call.getProperty("SeraiValue")).isEqualTo(result.path("content"));
    }

    @Test
    void noMetadataGoesOutAndNoSessionIdStays() {
        Exchange call = call(open(), "echo", "{\"message\":\"hi\"}");

        assertThat(last().headers().keySet()).noneMatch(name -> name.startsWith("mcp_"));
        assertThat(last().header("Mcp-Session-Id")).isNotEmpty();
        assertThat(call.getMessage().getHeaders()).doesNotContainKeys("Mcp-Session-Id", "CamelHttpResponseCode");
    }

    @Test
    void whatTheServerAnswersInHeadersIsNotSentBackToIt() {
        server.dials().extraResponseHeaders(Map.of("Server", "s/1", "Set-Cookie", "a=b", "X-Trace", "t1"));

        call(open(), "echo", "{\"message\":\"hi\"}");

        assertThat(server.requests()).hasSize(3).allSatisfy(request -> assertThat(
                        Stream.of("Server", "Set-Cookie", "X-Trace"))
                .allMatch(name -> request.header(name).isEmpty()));
    }

    private Session open() {
        Exchange opened = send("direct:mcp-open-session", null, null);
        assertThat(opened.getException()).isNull();
        Map<String, String> facts = new HashMap<>();
        Map<?, ?> body = opened.getMessage().getBody(Map.class);
        body.forEach((name, value) -> facts.put(String.valueOf(name), String.valueOf(value)));
        String id = facts.remove("id");
        return new Session(id, facts);
    }

    private Exchange call(Session session, String tool, String arguments) {
        return send("direct:mcp-call", session, json(arguments), Map.of("mcp_tool_name", tool));
    }

    private Exchange send(String route, @Nullable Session session, @Nullable Object body) {
        return send(route, session, body, Map.of());
    }

    private Exchange send(String route, @Nullable Session session, @Nullable Object body, Map<String, Object> headers) {
        return template.request(route, exchange -> {
            exchange.setProperty("SeraiSession", session);
            exchange.getMessage().setHeaders(new HashMap<>(headers));
            exchange.getMessage().setBody(body);
        });
    }

    private RecordedRequest last() {
        List<RecordedRequest> requests = server.requests();
        return requests.get(requests.size() - 1);
    }

    private static <T extends Throwable> T failure(Exchange exchange, Class<T> type) {
        assertThat(exchange.getException()).isInstanceOf(type);
        return catchThrowableOfType(type, () -> {
            throw exchange.getException();
        });
    }
}
