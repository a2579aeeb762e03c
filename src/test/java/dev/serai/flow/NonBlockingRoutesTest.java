package dev.serai.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import io.vertx.core.Context;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Event loops serve what is known not to wait, and nothing else. */
@Timeout(60)
class NonBlockingRoutesTest {
    private static final String OWN = """
            capabilities:
              - id: own.call
                metadata: { own: { server_url: "http://127.0.0.1:1/" } }
            """;

    @TempDir
    Path folder;

    private TestGateway gateway(String steps) {
        return TestGateway.in(folder)
                .capabilities("own.yaml", OWN)
                .routes("own.camel.yaml", """
                        - beans:
                            - name: own-step
                              type: dev.serai.flow.NonBlockingRoutesTest$OwnStep
                        - route:
                            id: own-call
                            from:
                              uri: direct:own-call
                              steps:
                        %s
                        """.formatted(steps.indent(8)))
                .start();
    }

    private static boolean entryStays(CamelContext context, String routeId) {
        Route route = Objects.requireNonNull(context.getRoute(routeId));
        return new NonBlockingRoutes(context).beginsAt(route.getEndpoint());
    }

    @Test
    void theShippedRoutesOfACallStayOnTheEventLoop() {
        try (TestGateway gateway = gateway("- setBody: { constant: '{}' }")) {
            CamelContext context = gateway.camelContext();
            assertThat(entryStays(context, "call-over-rest")).isTrue();
            assertThat(new NonBlockingRoutes(context).isCall("mcp")).isTrue();
            assertThat(entryStays(context, "list-capabilities"))
                    .as("a large catalogue takes long to write")
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- setBody: { constant: '{}' }",
                "- setHeader: { name: Accept, simple: '${body}' }\n- to: direct:call-upstream",
                "- choice: { when: [ { header: x, steps: [ { to: 'direct:call-upstream' } ] } ],"
                        + " otherwise: { steps: [ { setBody: { constant: '{}' } } ] } }",
                "- doTry: { steps: [ { to: 'direct:call-upstream' } ],"
                        + " doCatch: [ { exception: [ java.lang.Exception ], steps: [ { setBody: { constant: '{}' } } ] } ] }",
            })
    void stepsThatDoNotWaitStay(String steps) {
        try (TestGateway gateway = gateway(steps)) {
            assertThat(new NonBlockingRoutes(gateway.camelContext()).isCall("own"))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- delay: { constant: '1' }",
                "- log: { message: hello }",
                "- to: 'http://127.0.0.1:1/?throwExceptionOnFailure=false'",
                "- to: 'direct:call-upstream?timeout=5'",
                "- toD: 'direct:call-upstream'",
                "- setBody: { simple: '${bean:own-step?method=process}' }",
                "- process: { ref: own-step }",
                "- stop: {}",
                "- choice: { when: [ { header: x, steps: [ { delay: { constant: '1' } } ] } ] }",
                "- choice: { when: [ { header: x, steps: [] } ], otherwise: { steps: [ { log: { message: x } } ] } }",
                "- doTry: { steps: [ { setBody: { constant: '{}' } } ],"
                        + " doCatch: [ { exception: [ java.lang.Exception ], steps: [ { log: { message: x } } ] } ] }",
                "- to: direct:nowhere",
            })
    void anythingElseGetsAThread(String steps) {
        try (TestGateway gateway = gateway(steps)) {
            assertThat(new NonBlockingRoutes(gateway.camelContext()).isCall("own"))
                    .isFalse();
        }
    }

    @Test
    void aUsersStepMayBlockWhereverItStands() {
        OwnStep.ON_LOOP.clear();
        try (TestGateway gateway = gateway("- process: { ref: own-step }")) {
            assertThat(gateway.post("own.call", "{}").statusCode()).isEqualTo(200);
        }
        assertThat(OwnStep.ON_LOOP).containsExactly(false);
    }

    /** Notes where it runs. */
    public static final class OwnStep implements Processor {
        private static final List<Boolean> ON_LOOP = new CopyOnWriteArrayList<>();

        @Override
        public void process(Exchange exchange) {
            ON_LOOP.add(Context.isOnEventLoopThread());
            exchange.getMessage().setBody("{\"done\":true}");
        }
    }
}
