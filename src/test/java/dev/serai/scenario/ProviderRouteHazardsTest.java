package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users write into provider routes, and what the servers behind them do, must not undo the flow's promises. */
@Timeout(120)
class ProviderRouteHazardsTest {
    private static final String CALL_UPSTREAM = "        - to: { uri: direct:call-upstream }\n";

    @TempDir
    Path folder;

    private TestGateway gateway(StubServer server, String path, String metadata, String steps) {
        return TestGateway.in(folder)
                .capabilities("stub.yaml", """
                        capabilities:
                          - id: stub.call
                            metadata:
                              stub: { server_url: "%s", auth_file: "%s" }
                        %s
                            input_schema: { type: object, properties: { n: { type: number }, state: { enum: [OPEN, CLOSED] } } }
                        """.formatted(
                                server.uri() + path, token(), metadata.indent(6).stripTrailing()))
                .routes("stub.camel.yaml", """
                        - route:
                            id: stub-call
                            from:
                              uri: direct:stub-call
                              steps:
                        %s
                        """.formatted(steps))
                .start();
    }

    private Path token() {
        try {
            return Files.writeString(folder.resolve("token"), "ghp_TOPSECRET123");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Map<String, String> headers(CallOutcome outcome) {
        return outcome.headers();
    }

    @Test
    void aServerUrlWithAQueryIsCalledWhereItIs() {
        try (StubServer server = new StubServer(e -> StubServer.answer(e, 200, "{\"ok\":true}"));
                TestGateway gateway = gateway(server, "/x?tenant=a", "", CALL_UPSTREAM)) {
            assertThat(gateway.call("stub.call", "{}").body().toString()).isEqualTo("{\"ok\":true}");
            assertThat(server.seen()).containsExactly("POST /x?tenant=a Bearer ghp_TOPSECRET123");
        }
    }

    @Test
    void aHugeExponentIsRefusedAtOnce() {
        try (StubServer server = new StubServer(e -> StubServer.answer(e, 200, "{}"));
                TestGateway gateway = gateway(server, "/", "", CALL_UPSTREAM)) {
            for (String number : new String[] {"1e999999999", "-1e-999999999", "9".repeat(900)}) {
                for (String name : new String[] {"n", "state"}) {
                    CallOutcome outcome = gateway.call("stub.call", "{\"" + name + "\":" + number + "}");
                    assertThat(headers(outcome)).containsEntry("CapabilityErrorCode", "invalid_arguments");
                }
            }
            assertThat(gateway.call("stub.call", "{\"n\":1e20}").completed()).isTrue();
        }
    }

    @Test
    void aStopInAProviderRouteEndsTheRouteAndNotTheAnswer() {
        try (StubServer server = new StubServer(e -> StubServer.answer(e, 200, "{\"ok\":true}"));
                TestGateway gateway = gateway(server, "/", "", CALL_UPSTREAM + "        - stop: {}\n")) {
            Exchange answer = gateway.camelContext().createProducerTemplate().request("direct:invoke-capability", e -> {
                e.getMessage().setHeader("CapabilityId", "stub.call");
                e.getMessage().setBody("{}");
            });

            assertThat(answer.getMessage().getHeader("CapabilityStatus")).isEqualTo("completed");
            assertThat(answer.getMessage().getHeaders().toString())
                    .doesNotContain("TOPSECRET")
                    .doesNotContain("stub_server_url");
            assertThat(gateway.post("stub.call", "{}").headers().firstValue("Serai-Attempts"))
                    .hasValue("1");
        }
    }

    @Test
    void nothingSecretIsOnTheMessageAfterTheHttpStep() {
        String copy = CALL_UPSTREAM
                + "        - setBody: { expression: { simple: { expression: '{\"seen\": \"${headers}\"}' } } }\n";
        try (StubServer server = new StubServer(e -> StubServer.answer(e, 200, "{}"));
                TestGateway gateway = gateway(server, "/", "", copy)) {
            CallOutcome outcome = gateway.call("stub.call", "{}", Map.of("CapabilityRaw", "true"));
            assertThat(outcome.body().toString())
                    .contains("CamelHttpResponseCode")
                    .doesNotContain("TOPSECRET");
        }
    }

    @Test
    void aTokenThatTheServerQuotesIsNotTold() {
        String quoting = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":\"bad ghp_TOPSECRET123\"}}";
        try (StubServer server = new StubServer(e -> StubServer.answer(e, 400, quoting));
                TestGateway gateway = gateway(server, "/", "", CALL_UPSTREAM)) {
            assertThat(gateway.post("stub.call", "{}").body())
                    .contains("bad [redacted]")
                    .doesNotContain("TOPSECRET");
        }
    }

    @Test
    void aRefusalAfterWorkHasBegunIsNotReplayed() {
        String twoSteps =
                "        - setHeader: { name: CamelHttpPath, expression: { constant: { expression: create } } }\n"
                        + CALL_UPSTREAM
                        + "        - setHeader: { name: CamelHttpPath, expression: { constant: { expression: confirm } } }\n"
                        + CALL_UPSTREAM;
        try (StubServer server = new StubServer(
                        e -> StubServer.answer(e, e.getRequestURI().getPath().endsWith("confirm") ? 401 : 200, "{}"));
                TestGateway gateway = gateway(server, "/", "", twoSteps)) {
            assertThat(headers(gateway.call("stub.call", "{}")))
                    .containsEntry("CapabilityErrorCode", "upstream_unauthorized")
                    .containsEntry("CapabilityAttempts", "1");
            assertThat(server.seen("POST /create")).isEqualTo(1);
        }
    }

    @Test
    void aRefusalWithACutBodyIsStillARefusal() {
        try (StubServer server = new StubServer(e -> {
                    e.sendResponseHeaders(401, 50);
                    e.getResponseBody().write("oops".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    e.getResponseBody().flush();
                });
                TestGateway gateway = gateway(server, "/", "", CALL_UPSTREAM)) {
            assertThat(headers(gateway.call("stub.call", "{}")))
                    .containsEntry("CapabilityErrorCode", "upstream_unauthorized")
                    .containsEntry("CapabilityAttempts", "2");
        }
    }

    @Test
    void whatIsNoHeaderIsRefusedBeforeAConnectionIsTaken() {
        String noted =
                "        - setHeader: { name: X-Note, expression: { constant: { expression: \"one\\r\\ntwo: 3\" } } }\n"
                        + CALL_UPSTREAM;
        StubServer closed = new StubServer(e -> StubServer.answer(e, 200, "{}"));
        closed.close();
        try (TestGateway gateway = gateway(closed, "/", "", noted)) {
            // A connection, had one been asked for, would have been refused.
            CallOutcome outcome = gateway.call("stub.call", "{}");
            assertThat(headers(outcome)).containsEntry("CapabilityErrorCode", "internal_error");
            assertThat(outcome.body().path("detail").asText()).contains("not valid HTTP");
        }
    }

    @Test
    void aCallThatIsCancelledJustBeforeTheHttpStepSendsNothing() {
        ParkingStep.prepare();
        String parked = "        - process: { ref: \"#class:dev.serai.scenario.ParkingStep\" }\n" + CALL_UPSTREAM;
        try (StubServer server = new StubServer(e -> StubServer.answer(e, 200, "{}"));
                TestGateway gateway = gateway(server, "/", "", parked)) {
            RawCall goes = new RawCall(gateway.gateway().url(), "stub.call", "{}", "Serai-Request-Id: gone\r\n");
            await().until(ParkingStep::isParked);
            goes.close();
            await().until(() ->
                    invocations(gateway).at("/running/0/stage").asText().equals("cancelled"));
            ParkingStep.release();
            await().until(() -> invocations(gateway).path("inFlight").asInt(-1) == 0);

            assertThat(server.seen()).isEmpty();
            await().until(() ->
                    invocations(gateway).at("/ended/0/status").asText().equals("cancelled"));
            assertThat(gateway.call("stub.call", "{}").completed()).isTrue();
            assertThat(server.seen()).hasSize(1);
        } finally {
            ParkingStep.release();
        }
    }

    private static JsonNode invocations(TestGateway gateway) {
        return TestGateway.tree(gateway.get("/admin/invocations").body());
    }

    @Test
    void aPlainHttpEndpointOfAProviderRouteEndsAtTheDeadlineToo() {
        CountDownLatch never = new CountDownLatch(1);
        try (StubServer server = new StubServer(e -> {
            try {
                never.await();
            } catch (InterruptedException x) {
                Thread.currentThread().interrupt();
            }
        })) {
            String plain = "        - to: { uri: '" + server.uri() + "/slow' }\n";
            try (TestGateway gateway = gateway(server, "/", "policy: { timeout: 300ms }", plain)) {
                assertThat(headers(gateway.call("stub.call", "{}")))
                        .containsEntry("CapabilityErrorCode", "timeout")
                        .containsEntry("CapabilityStatus", "timed_out");
            } finally {
                never.countDown();
            }
        }
    }

    @Test
    void aQueryThatDoesNotDecodeIsTheCallersError() {
        try (StubServer server = new StubServer(e -> StubServer.answer(e, 200, "{}"));
                TestGateway gateway = gateway(server, "/", "", CALL_UPSTREAM)) {
            java.net.http.HttpResponse<String> answer = gateway.get("/capabilities?x=%25zz");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(RawHttp.status(gateway.gateway().url(), "GET /capabilities?x=%zz HTTP/1.1"))
                    .isEqualTo(400);
        }
    }
}
