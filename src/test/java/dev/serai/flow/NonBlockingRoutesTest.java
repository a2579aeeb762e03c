package dev.serai.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestGateway;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.RouteEdition;
import io.vertx.core.Context;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
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
@Timeout(120)
class NonBlockingRoutesTest {
    private static final String OWN = """
            capabilities:
              - id: own.call
                metadata: { own: { server_url: "http://127.0.0.1:1/" } }
            """;

    private static final String AFTER = """
            - route:
                id: own-after
                from: { uri: "direct:own-after", steps: [ { process: { ref: %s } } ] }
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
        return new NonBlockingRoutes(context, new RouteEdition()).beginsAt(route.getEndpoint());
    }

    @Test
    void whileRoutesAreReplacedAndOnceTheGatewayStopsNoneMay() {
        RouteEdition edition = new RouteEdition();
        try (TestGateway gateway = gateway("- setBody: { constant: '{}' }")) {
            NonBlockingRoutes routes = new NonBlockingRoutes(gateway.camelContext(), edition);
            long before = edition.current();
            assertThat(routes.isCall("own")).isTrue();
            assertThat(edition.is(before)).isTrue();

            edition.changing();
            assertThat(routes.isCall("own")).isFalse();
            assertThat(edition.is(before)).isFalse();
            assertThat(edition.is(edition.current())).isFalse();
            edition.changed();
            assertThat(routes.isCall("own")).isTrue();
            assertThat(edition.is(before)).isFalse();

            edition.end();
            assertThat(routes.isCall("own")).isFalse();
        }
    }

    @Test
    void theShippedRoutesOfACallStayOnTheEventLoop() {
        try (TestGateway gateway = gateway("- setBody: { constant: '{}' }")) {
            CamelContext context = gateway.camelContext();
            assertThat(entryStays(context, "call-over-rest")).isTrue();
            assertThat(new NonBlockingRoutes(context, new RouteEdition()).isCall("mcp"))
                    .isTrue();
            assertThat(List.of("rest", "openapi", "graphql", "chat"))
                    .allMatch(new NonBlockingRoutes(context, new RouteEdition())::isCall);
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
            assertThat(new NonBlockingRoutes(gateway.camelContext(), new RouteEdition()).isCall("own"))
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
            assertThat(new NonBlockingRoutes(gateway.camelContext(), new RouteEdition()).isCall("own"))
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

    @Test
    void aCallUnderWayWhileItsRoutesAreReplacedComesBackOnAThread() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        AtomicBoolean held = new AtomicBoolean();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            if (held.get()) {
                asked.countDown();
                try {
                    mayAnswer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        try (TestGateway gateway = TestGateway.in(folder)
                .capabilities(
                        "own.yaml", OWN.replace(":1/", ":" + server.getAddress().getPort() + "/"))
                .routes("call.camel.yaml", """
                        - beans:
                            - { name: light-step, type: "dev.serai.flow.NonBlockingRoutesTest$LightStep" }
                            - { name: own-step, type: "dev.serai.flow.NonBlockingRoutesTest$OwnStep" }
                        - route:
                            id: own-call
                            from: { uri: "direct:own-call", steps: [ { to: "direct:call-upstream" }, { to: "direct:own-after" } ] }
                        """)
                .routes("after.camel.yaml", AFTER.formatted("light-step"))
                .setting("serai.reload", "false")
                .start()) {
            // The first calls look the address up, on a thread.
            await().until(() -> {
                OwnStep.ON_LOOP.clear();
                gateway.post("own.call", "{}");
                return OwnStep.ON_LOOP.equals(List.of(true));
            });
            held.set(true);
            CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(
                    () -> gateway.post("own.call", "{}").statusCode(), task -> new Thread(task).start());
            asked.await();
            Files.writeString(gateway.routes().resolve("after.camel.yaml"), AFTER.formatted("own-step"));
            OwnStep.ON_LOOP.clear();
            assertThat(gateway.send(HttpRequest.newBuilder(
                                            URI.create(gateway.gateway().url() + "/admin/reload"))
                                    .POST(HttpRequest.BodyPublishers.noBody())
                                    .build())
                            .body())
                    .contains("after.camel.yaml");
            mayAnswer.countDown();

            assertThat(answer.join()).isEqualTo(200);
            assertThat(OwnStep.ON_LOOP).containsExactly(false);
        } finally {
            mayAnswer.countDown();
            server.stop(0);
        }
    }

    /** As {@link OwnStep}, but one that says it does not wait. */
    public static final class LightStep implements Processor, NonBlocking {
        @Override
        public void process(Exchange exchange) {
            new OwnStep().process(exchange);
        }
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
