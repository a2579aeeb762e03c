package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.seda.SedaEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A user's routes around {@code direct:invoke-capability}; those with error handling of their own name its kind. */
@Timeout(120)
class OwnRouteTest {
    private static final String ROUTES = """
            - onException:
                exception: [java.lang.Throwable]
                handled: { constant: "true" }
                steps:
                  - to: seda:rescued?waitForTaskToComplete=Never
            - route:
                id: note-order
                errorHandler: { defaultErrorHandler: {} }
                from:
                  uri: direct:note-order
                  steps:
                    - setHeader: { name: CapabilityId, simple: "${exchangeProperty.capability}" }
                    - to: direct:invoke-capability
                    - to: seda:noted?waitForTaskToComplete=Never
            - route:
                id: note-each-tick
                from:
                  uri: timer:tick?repeatCount=3&delay=1&period=1
                  steps:
                    - setBody: { constant: '{"message":"tick"}' }
                    - setHeader: { name: CamelFileName, constant: out.txt }
                    - setHeader: { name: CapabilityId, constant: sample.echo }
                    - to: direct:invoke-capability
                    - to: seda:ticked
            - route:
                id: break-later
                errorHandler: { defaultErrorHandler: {} }
                from:
                  uri: direct:break-later
                  steps:
                    - setHeader: { name: CapabilityId, constant: sample.fail }
                    - to: direct:invoke-capability
                    - throwException: { exceptionType: java.lang.IllegalStateException, message: mine }
            """;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        server.start();
        gateway = TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, "session: { concurrency: 1 }", "echo", "fail"))
                .routes("own.yaml", ROUTES)
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.close();
    }

    private List<Exchange> queued(String name, int expected) {
        CamelContext context = gateway.camelContext();
        List<Exchange> exchanges = new ArrayList<>();
        try (var consumer = context.createConsumerTemplate()) {
            for (int i = 0; i < expected; i++) {
                exchanges.add(consumer.receive("seda:" + name, 60_000));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return exchanges;
    }

    private int waiting(String name) {
        return gateway.camelContext()
                .getEndpoint("seda:" + name, SedaEndpoint.class)
                .getCurrentQueueSize();
    }

    private Exchange note(String capability, String body) {
        return gateway.camelContext().createProducerTemplate().request("direct:note-order", e -> {
            e.setProperty("capability", capability);
            e.getMessage().setBody(body);
            e.getMessage()
                    .setHeaders(new HashMap<>(Map.of(
                            "CamelFileName",
                            "order-7.json",
                            "orderId",
                            7,
                            "Order_Line",
                            "a",
                            "JMSCorrelationID",
                            "c-1")));
        });
    }

    private static void hasItsHeaders(Exchange exchange) {
        assertThat(exchange.getMessage().getHeaders())
                .containsEntry("CamelFileName", "order-7.json")
                .containsEntry("orderId", 7)
                .containsEntry("Order_Line", "a")
                .containsEntry("JMSCorrelationID", "c-1");
    }

    @Test
    void aRouteKeepsItsHeadersAndGoesOnWithTheResult() {
        Exchange done = note("sample.echo", "{\"message\":\"hi\"}");

        assertThat(done.getException()).isNull();
        Exchange noted = queued("noted", 1).get(0);
        hasItsHeaders(noted);
        assertThat(noted.getMessage().getHeader("CapabilityStatus")).isEqualTo("completed");
        assertThat(noted.getMessage().getBody(String.class)).isEqualTo("hi");
    }

    @Test
    void aRouteGoesOnAfterEachKindOfFailureAndItsErrorHandlerIsNotAsked() {
        // The ticks are calls too, and must not take the failure that is meant for the order.
        queued("ticked", 3);
        server.dials().nextStatuses(503);
        String[][] failures = {
            {"sample.echo", "{\"message\":\"hi\"}", "upstream_error"},
            {"sample.fail", "{}", "tool_error"},
            {"sample.nobody", "{}", "unknown_capability"},
            {"sample.echo", "not json", "invalid_arguments"}
        };
        for (String[] failure : failures) {
            Exchange done = note(failure[0], failure[1]);

            assertThat(done.getException()).isNull();
            Exchange noted = queued("noted", 1).get(0);
            hasItsHeaders(noted);
            assertThat(noted.getMessage().getHeader("CapabilityErrorCode")).isEqualTo(failure[2]);
            assertThat(noted.getMessage().getBody(String.class)).contains(failure[2]);
        }
        assertThat(waiting("rescued")).isZero();
        Refusals.goodCallsStillWork(gateway);
    }

    @Test
    void aRouteWithATimerIsServedLikeAnyCaller() {
        for (Exchange ticked : queued("ticked", 3)) {
            assertThat(ticked.getMessage().getBody(String.class)).isEqualTo("tick");
            assertThat(ticked.getMessage().getHeader("CamelFileName")).isEqualTo("out.txt");
        }
        assertThat(server.counters().initialize()).isEqualTo(1);
    }

    @Test
    void aRoutesOwnFailureAfterAFailedCallIsStillItsErrorHandlersAffair() {
        Exchange done = gateway.camelContext()
                .createProducerTemplate()
                .request("direct:break-later", e -> e.getMessage().setBody("{}"));

        assertThat(done.getException()).isNull();
        assertThat(queued("rescued", 1).get(0)).isNotNull();
    }
}
