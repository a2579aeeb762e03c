package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;

class IngressLimitsTest {
    private static final String CHUNKED =
            "POST /capabilities/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final Processor SIZE = exchange -> Samples.complete(
            exchange, JsonNodeFactory.instance.numberNode(exchange.getMessage().getBody(byte[].class).length));

    private static String head(int length) {
        return "POST /capabilities/x HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
    }

    @Test
    void aBodyOfTheLimitPassesAndOneByteMoreIs413OnAConnectionThatGoesOn() throws Exception {
        try (EntryGateway gateway = new EntryGateway()
                        .property("serai.http.max-body", 100)
                        .invoking(SIZE)
                        .start();
                RawClient raw = gateway.raw()) {
            assertThat(raw.say(head(100) + "x".repeat(100)).answer().body()).isEqualTo("100");

            RawClient.Answer refused = raw.say(head(101) + "x".repeat(101)).answer();
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(refused.body()).contains("payload_too_large");

            assertThat(raw.say(head(5) + "x".repeat(5)).answer().body()).isEqualTo("5");
        }
    }

    @Test
    void aDeclaredLengthIsRefusedBeforeTheBodyIsSent() throws Exception {
        try (EntryGateway gateway =
                        new EntryGateway().property("serai.http.max-body", 100).start();
                RawClient raw = gateway.raw()) {
            String head = head(1_000_000).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");

            assertThat(raw.say(head).answer().status()).isEqualTo(413);
        }
    }

    @Test
    void aChunkedBodyOverTheLimitIs413OnAConnectionThatGoesOn() throws Exception {
        try (EntryGateway gateway = new EntryGateway()
                        .property("serai.http.max-body", 100)
                        .invoking(SIZE)
                        .start();
                RawClient raw = gateway.raw()) {
            String chunk = "3c\r\n" + "x".repeat(60) + "\r\n";
            raw.say(CHUNKED + chunk + chunk);
            assertThat(raw.answer().status()).isEqualTo(413);

            raw.say(chunk + "0\r\n\r\n" + head(5) + "x".repeat(5));
            assertThat(raw.answer().body()).isEqualTo("5");
            await().until(() -> gateway.ingress().bytesInProgress() == 0);
        }
    }

    @Test
    void aRefusedBodyThatNeverEndsIsCutOff() throws Exception {
        try (EntryGateway gateway =
                        new EntryGateway().property("serai.http.max-body", 100).start();
                RawClient raw = gateway.raw()) {
            String chunk = "3c\r\n" + "x".repeat(60) + "\r\n";
            raw.say(CHUNKED + chunk.repeat(10));

            assertThat(raw.isClosedByServer()).isTrue();
        }
    }

    @Test
    void moreRequestsThanTheLimitGet429AndThePlaceIsGivenBack() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        try (EntryGateway gateway = new EntryGateway()
                        .property("serai.http.max-concurrent", 2)
                        .invoking(exchange -> {
                            arrived.countDown();
                            go.await();
                            SIZE.process(exchange);
                        })
                        .start();
                RawClient one = gateway.raw();
                RawClient two = gateway.raw();
                RawClient three = gateway.raw()) {
            one.say(head(1) + "x");
            two.say(head(2) + "xx");
            arrived.await();

            RawClient.Answer refused = three.say(head(3) + "xxx").answer();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.body()).contains("too_many_requests");

            go.countDown();
            assertThat(one.answer().body()).isEqualTo("1");
            assertThat(two.answer().body()).isEqualTo("2");
            await().until(() -> gateway.ingress().requestsInProgress() == 0);
            assertThat(three.say(head(3) + "xxx").answer().body()).isEqualTo("3");
        }
    }

    @Test
    void aSlowSenderTakesNoPlaceFromOthers() throws Exception {
        try (EntryGateway gateway = new EntryGateway()
                        .property("serai.http.max-concurrent", 1)
                        .invoking(SIZE)
                        .start();
                RawClient slow = gateway.raw();
                RawClient other = gateway.raw()) {
            slow.say(head(80) + "x".repeat(60));
            await().until(() -> gateway.ingress().bytesInProgress() == 60);

            assertThat(other.say(head(5) + "x".repeat(5)).answer().body()).isEqualTo("5");
        }
    }

    @Test
    void bodiesThatAreTooLargeTogetherGet429() throws Exception {
        try (EntryGateway gateway = new EntryGateway()
                        .property("serai.http.max-buffered", 100)
                        .invoking(SIZE)
                        .start();
                RawClient slow = gateway.raw();
                RawClient other = gateway.raw()) {
            slow.say(head(80) + "x".repeat(60));
            await().until(() -> gateway.ingress().bytesInProgress() == 60);

            assertThat(other.say(head(50) + "x".repeat(50)).answer().status()).isEqualTo(429);
            assertThat(slow.say("x".repeat(20)).answer().body()).isEqualTo("80");
            await().until(() -> gateway.ingress().bytesInProgress() == 0);
            assertThat(other.say(head(50) + "x".repeat(50)).answer().body()).isEqualTo("50");
        }
    }

    @Test
    void aHeadOverTheLimitIs431AndALongRequestLine414() throws Exception {
        try (EntryGateway gateway =
                new EntryGateway().property("serai.http.max-header", 1024).start()) {
            try (RawClient raw = gateway.raw()) {
                raw.say("GET /capabilities HTTP/1.1\r\nHost: h\r\nX-Long: " + "x".repeat(2000) + "\r\n\r\n");
                assertThat(raw.answer().status()).isEqualTo(431);
                assertThat(raw.isClosedByServer()).isTrue();
            }
            try (RawClient raw = gateway.raw()) {
                raw.say("GET /" + "x".repeat(2000) + " HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(raw.answer().status()).isEqualTo(414);
                assertThat(raw.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void aConnectionOverTheLimitIsClosed() throws Exception {
        try (EntryGateway gateway = new EntryGateway()
                .property("serai.http.max-connections", 1)
                .invoking(SIZE)
                .start()) {
            try (RawClient first = gateway.raw()) {
                assertThat(first.say(head(1) + "x").answer().body()).isEqualTo("1");
                try (RawClient second = gateway.raw()) {
                    assertThat(second.isClosedByServer()).isTrue();
                }
            }
            await().ignoreExceptions().until(() -> {
                try (RawClient third = gateway.raw()) {
                    return third.say(head(2) + "xx").answer().body().equals("2");
                }
            });
        }
    }

    @Test
    void aBodyThatTricklesIsGivenUpAsAWhole() throws Exception {
        try (EntryGateway gateway = new EntryGateway()
                        .property("serai.http.body-timeout", "3s")
                        .start();
                RawClient raw = gateway.raw()) {
            raw.say(head(1_000_000) + "x");
            await().until(() -> gateway.ingress().bytesInProgress() > 0);
            trickle(raw);

            await().until(() -> gateway.ingress().bytesInProgress() == 0);
        }
    }

    /** Keeps sending a byte at a time, so that the connection is never idle, until the connection is closed. */
    private static void trickle(RawClient raw) {
        await().until(() -> {
            try {
                raw.say("x");
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }

    @Test
    void aBodyThatDoesNotComeGetsA408() throws Exception {
        try (EntryGateway gateway = new EntryGateway()
                        .property("serai.http.body-timeout", "100ms")
                        .start();
                RawClient raw = gateway.raw()) {
            RawClient.Answer answer = raw.say(head(10) + "x").answer();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).contains("timeout");
            assertThat(raw.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aConnectionWithoutAWholeHeadIsClosedHoweverItTrickles() throws Exception {
        try (EntryGateway gateway = new EntryGateway()
                        .property("serai.http.idle-timeout", "200ms")
                        .start();
                RawClient silent = gateway.raw();
                RawClient trickling = gateway.raw()) {
            trickling.say("GET /capabilities HTTP/1.1\r\nX: ");

            assertThat(silent.isClosedByServer()).isTrue();
            await().until(() -> {
                try {
                    trickling.say("x");
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
        }
    }

    @Test
    void aCallMayTakeLongerThanTheIdleTimeout() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (EntryGateway gateway = new EntryGateway()
                        .property("serai.http.idle-timeout", "1s")
                        .property("serai.http.body-timeout", "1s")
                        .invoking(exchange -> {
                            never.await(3, TimeUnit.SECONDS);
                            SIZE.process(exchange);
                        })
                        .start();
                RawClient raw = gateway.raw()) {
            assertThat(raw.say(head(3) + "abc").answer().body()).isEqualTo("3");
        }
    }
}
