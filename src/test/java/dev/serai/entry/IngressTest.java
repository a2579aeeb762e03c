package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.BindException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngressTest {
    private static final Processor ECHO = exchange -> Samples.complete(
            exchange,
            JsonNodeFactory.instance.textNode(
                    new String(exchange.getMessage().getBody(byte[].class), StandardCharsets.UTF_8)));

    private static String call(String body) {
        return "POST /capabilities/sample.echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    @Test
    void oneConnectionServesManyCallsInTurn() throws Exception {
        try (EntryGateway gateway = new EntryGateway().invoking(ECHO).start();
                RawClient raw = gateway.raw()) {
            for (int i = 0; i < 100; i++) {
                assertThat(raw.say(call("n" + i)).answer().body()).isEqualTo("\"n" + i + "\"");
            }
        }
    }

    @Test
    void pipelinedCallsAreAnsweredInTheirOrder() throws Exception {
        try (EntryGateway gateway = new EntryGateway().invoking(ECHO).start();
                RawClient raw = gateway.raw()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                all.append(i % 7 == 3 ? "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n" : call("n" + i));
            }
            raw.say(all.toString());

            for (int i = 0; i < 500; i++) {
                RawClient.Answer answer = raw.answer();
                assertThat(answer.status()).isEqualTo(i % 7 == 3 ? 404 : 200);
                if (i % 7 != 3) {
                    assertThat(answer.body()).isEqualTo("\"n" + i + "\"");
                }
            }
        }
    }

    @Test
    void aBodyInManySmallPiecesArrivesWhole() throws Exception {
        try (EntryGateway gateway = new EntryGateway().invoking(ECHO).start();
                RawClient raw = gateway.raw()) {
            for (char c : call("{\"a\":1}").toCharArray()) {
                raw.say(String.valueOf(c));
            }
            assertThat(raw.answer().body()).isEqualTo("\"{\\\"a\\\":1}\"");

            raw.say("POST /capabilities/sample.echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            raw.say("2\r\nab\r\n").say("3\r\ncde\r\n").say("0\r\n\r\n");
            assertThat(raw.answer().body()).isEqualTo("\"abcde\"");
        }
    }

    @Test
    void aClientThatExpectsContinueIsToldToGoOn() throws Exception {
        try (EntryGateway gateway = new EntryGateway().invoking(ECHO).start();
                RawClient raw = gateway.raw()) {
            raw.say("POST /capabilities/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(raw.answer().status()).isEqualTo(100);
            assertThat(raw.say("hi").answer().body()).isEqualTo("\"hi\"");
        }
    }

    @Test
    void aConnectionThatAsksToCloseIsClosedAfterTheAnswer() throws Exception {
        try (EntryGateway gateway = new EntryGateway().invoking(ECHO).start();
                RawClient raw = gateway.raw()) {
            raw.say("POST /capabilities/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(raw.answer().body()).isEqualTo("\"hi\"");
            assertThat(raw.isClosedByServer()).isTrue();
        }
    }

    @Test
    void anUnservedPathIsNotFoundAndAnUnservedMethodSaysWhatIs() throws Exception {
        try (EntryGateway gateway = new EntryGateway().start()) {
            HttpResponse<String> nowhere = gateway.get("/capabilitiesX");
            assertThat(nowhere.statusCode()).isEqualTo(404);
            assertThat(nowhere.headers().firstValue("Content-Type")).contains("application/problem+json");

            HttpResponse<String> wrong = gateway.send(
                    gateway.request("/capabilities/sample.echo").method("DELETE", HttpRequest.BodyPublishers.noBody()));
            assertThat(wrong.statusCode()).isEqualTo(405);
            assertThat(wrong.headers().firstValue("Allow")).contains("GET, HEAD, POST");
            assertThat(wrong.headers().firstValue("Content-Type")).contains("application/problem+json");
        }
    }

    @Test
    void optionsSaysWhatIsServedAndHeadIsGetWithoutItsBody() throws Exception {
        try (EntryGateway gateway = new EntryGateway().start();
                RawClient raw = gateway.raw()) {
            RawClient.Answer options = raw.say("OPTIONS /capabilities/x HTTP/1.1\r\nHost: h\r\n\r\n")
                    .answer();
            assertThat(options.status()).isEqualTo(204);
            assertThat(options.header("Allow")).isEqualTo("get, head, post, options");

            String length = raw.say("GET /openapi.json HTTP/1.1\r\nHost: h\r\n\r\n")
                    .answer()
                    .header("Content-Length");
            RawClient.Answer head =
                    raw.say("HEAD /openapi.json HTTP/1.1\r\nHost: h\r\n\r\n").answerToHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Length")).isEqualTo(length).isNotEqualTo("0");
            assertThat(raw.say("GET /observe/health HTTP/1.1\r\nHost: h\r\n\r\n")
                            .answer()
                            .body())
                    .contains("UP");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "complete nonsense\r\n\r\n",
                "POST /capabilities/x\r\n\r\n",
                "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: many\r\n\r\n",
                "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "GET /x HTTP/1.1\r\nBad Header : x\r\n\r\n"
            })
    void whatIsNotHttpGetsA400AndTheEndOfTheConnection(String nonsense) throws Exception {
        try (EntryGateway gateway = new EntryGateway().start();
                RawClient raw = gateway.raw()) {
            RawClient.Answer answer = raw.say(nonsense).answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.body()).contains("invalid_arguments");
            assertThat(raw.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aBrokenChunkEndsTheConnectionAndLeavesNothingBehind() throws Exception {
        try (EntryGateway gateway = new EntryGateway().start();
                RawClient raw = gateway.raw()) {
            raw.say("POST /capabilities/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n");

            assertThat(raw.isClosedByServer()).isTrue();
            await().until(() -> gateway.ingress().requestsInProgress() == 0);
            assertThat(gateway.ingress().bytesInProgress()).isZero();
        }
    }

    @Test
    void anInvalidPathEncodingIsA400() throws Exception {
        try (EntryGateway gateway = new EntryGateway().start();
                RawClient raw = gateway.raw()) {
            RawClient.Answer answer = raw.say("POST /capabilities/a%zz HTTP/1.1\r\nHost: h\r\n\r\n")
                    .answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("percent-encoding");
        }
    }

    @Test
    void aThousandBlockingCallsAtOnceAreAllAnswered() throws Exception {
        try (EntryGateway gateway = blockingEcho().start()) {
            assertAllAnswered(gateway);
        }
    }

    @Test
    void aThousandBlockingCallsAtOnceAreAllAnsweredByABoundedPool() throws Exception {
        ExecutorService pool = RequestThreads.pool(200);
        try (EntryGateway gateway = blockingEcho().threads(pool).start()) {
            assertAllAnswered(gateway);
        }
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private static EntryGateway blockingEcho() {
        return new EntryGateway().invoking(exchange -> {
            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
            ECHO.process(exchange);
        });
    }

    private static void assertAllAnswered(EntryGateway gateway) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            clients.add(gateway.raw());
        }
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).say(call("n" + i));
        }
        for (int i = 0; i < clients.size(); i++) {
            assertThat(clients.get(i).answer().body()).isEqualTo("\"n" + i + "\"");
            clients.get(i).close();
        }
        await().until(() -> gateway.ingress().requestsInProgress() == 0);
        assertThat(gateway.ingress().bytesInProgress()).isZero();
    }

    @Test
    void aClientThatLeavesWhileItsCallRunsLeavesNothingBehind() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (EntryGateway gateway = new EntryGateway()
                .invoking(exchange -> {
                    arrived.countDown();
                    go.await();
                    ECHO.process(exchange);
                })
                .start()) {
            try (RawClient raw = gateway.raw()) {
                raw.say(call("hi"));
                arrived.await();
            }
            assertThat(gateway.ingress().requestsInProgress()).isEqualTo(1);
            go.countDown();

            await().until(() -> gateway.ingress().requestsInProgress() == 0);
            assertThat(gateway.ingress().bytesInProgress()).isZero();
            assertThat(gateway.post("/capabilities/x", "again").body()).isEqualTo("\"again\"");
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsBodyLeavesNothingBehind() throws Exception {
        try (EntryGateway gateway = new EntryGateway().start()) {
            try (RawClient raw = gateway.raw()) {
                raw.say("POST /capabilities/x HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf");
                await().until(() -> gateway.ingress().bytesInProgress() == 4);
            }
            await().until(() -> gateway.ingress().requestsInProgress() == 0);
            assertThat(gateway.ingress().bytesInProgress()).isZero();
        }
    }

    @Test
    void aStopAnswersWhatIsInProgressAndRefusesWhatIsNew() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        EntryGateway gateway = new EntryGateway()
                .invoking(exchange -> {
                    arrived.countDown();
                    go.await();
                    ECHO.process(exchange);
                })
                .start();
        try (RawClient running = gateway.raw();
                RawClient late = gateway.raw()) {
            late.say("GET /observe/health HTTP/1.1\r\nHost: h\r\n\r\n").answer();
            running.say(call("hi"));
            arrived.await();
            CompletableFuture<Void> stopped =
                    CompletableFuture.runAsync(gateway::close, task -> new Thread(task).start());
            await().until(() -> gateway.get("/observe/health").statusCode() == 503);

            RawClient.Answer refused = late.say(call("late")).answer();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("shutting_down");
            assertThat(late.isClosedByServer()).isTrue();
            go.countDown();
            assertThat(running.answer().body()).isEqualTo("\"hi\"");
            stopped.get(20, TimeUnit.SECONDS);
            assertThat(running.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aPortInUseStopsTheStartWithItsAddress() throws Exception {
        try (EntryGateway first = new EntryGateway().start();
                EntryGateway second = new EntryGateway().property("serai.http.port", first.port())) {
            assertThat(catchThrowable(second::start))
                    .hasStackTraceContaining("serai.http.port")
                    .rootCause()
                    .isInstanceOf(BindException.class);
        }
    }

    @Test
    void anExchangeThatEndsOnAnotherThreadIsAnswered() throws Exception {
        String routes = """
                - route:
                    id: later
                    from:
                      uri: platform-http:/later
                      steps:
                        - delay:
                            asyncDelayed: true
                            expression:
                              constant:
                                expression: "5"
                        - setBody:
                            constant:
                              expression: done
                """;
        try (EntryGateway gateway = new EntryGateway().routes(routes).start()) {
            assertThat(gateway.get("/later").body()).isEqualTo("done");
        }
    }
}
