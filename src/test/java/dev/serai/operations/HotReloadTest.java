package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class HotReloadTest {
    private static final String DECLARATION = """
            capabilities:
              - { id: %s, description: %s, provider: courier }
            """;

    private static final String ROUTE = """
            - route:
                id: courier-call
                from:
                  uri: direct:courier-call
                  steps:
                    - setBody:
                        id: courier-answer
                        expression:
                          constant:
                            expression: '"%s"'
                    - to:
                        id: courier-to-log
                        uri: direct:courier-log
            - route:
                id: courier-log
                from:
                  uri: direct:courier-log
                  steps:
                    - log:
                        id: courier-said
                        loggingLevel: DEBUG
                        message: said
            """;

    @TempDir
    Path folder;

    private TestGateway.Builder gateway() {
        return TestGateway.in(folder).capabilities("a.yaml", DECLARATION.formatted("a.one", "first"));
    }

    private void declare(String file, String text) {
        write("capabilities/" + file, text);
    }

    private void route(String file, String text) {
        write("routes/" + file, text);
    }

    private void write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String code(CallOutcome outcome) {
        return outcome.headers().getOrDefault("CapabilityErrorCode", "");
    }

    private static void answers(TestGateway gateway, String id, String text) {
        await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
            CallOutcome outcome = gateway.call(id, "{}");
            assertThat(outcome.body().asText()).as("%s", outcome).isEqualTo(text);
        });
    }

    private static void fails(TestGateway gateway, String id, String code) {
        await().atMost(60, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(code(gateway.call(id, "{}"))).isEqualTo(code));
    }

    private static void warns(CapturedLog log, String... parts) {
        await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> assertThat(log.warnings())
                .anySatisfy(line -> assertThat(line).contains(parts)));
    }

    @Test
    void aDeclarationComesChangesAndGoesWithItsFile() throws Exception {
        try (TestGateway gateway =
                gateway().routes("courier.yaml", ROUTE.formatted("hello")).start()) {
            assertThat(code(gateway.call("b.two", "{}"))).isEqualTo("unknown_capability");

            declare("b.yaml", DECLARATION.formatted("b.two", "second"));
            answers(gateway, "b.two", "hello");

            declare("b.yaml", DECLARATION.formatted("b.two", "changed"));
            await().untilAsserted(() ->
                    assertThat(gateway.get("/capabilities/b.two").body()).contains("changed"));

            Files.delete(folder.resolve("capabilities/b.yaml"));
            fails(gateway, "b.two", "unknown_capability");
            assertThat(gateway.call("a.one", "{}").completed()).isTrue();
        }
    }

    @Test
    void aDeclarationFileWithAnErrorChangesNothingAndSaysWhyOnce() {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway = gateway()
                        .routes("courier.yaml", ROUTE.formatted("hello"))
                        .start()) {
            declare("a.yaml", DECLARATION.formatted("a.renamed", "x") + "  - { name: nobody }\n");
            warns(log, folder.resolve("capabilities/a.yaml") + ":3: ");

            declare("c.yaml", DECLARATION.formatted("c.three", "third"));
            answers(gateway, "c.three", "hello");
            assertThat(gateway.call("a.one", "{}").completed()).isTrue();
            assertThat(code(gateway.call("a.renamed", "{}"))).isEqualTo("unknown_capability");
            assertThat(log.warnings().stream().filter(line -> line.contains("a.yaml:3")))
                    .hasSize(1);
        }
    }

    @Test
    void aProviderComesChangesAndGoesWithItsRouteFile() throws Exception {
        try (TestGateway gateway = gateway().start()) {
            assertThat(code(gateway.call("a.one", "{}"))).isEqualTo("no_provider");
            assertThat(gateway.get("/capabilities").body()).contains("no route direct:courier-call");

            route("courier.yaml", ROUTE.formatted("one"));
            answers(gateway, "a.one", "one");
            assertThat(gateway.get("/capabilities").body()).doesNotContain("no route direct:courier-call");

            route("courier.yaml", ROUTE.formatted("two"));
            answers(gateway, "a.one", "two");

            Files.delete(folder.resolve("routes/courier.yaml"));
            fails(gateway, "a.one", "no_provider");
            await().untilAsserted(() -> assertThat(gateway.camelContext().getRoutes())
                    .extracting(Route::getRouteId)
                    .noneMatch(id -> id.startsWith("courier")));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- route:\\n    id: x\\n   from: direct:x | bad.yaml:3: | ",
                "- route:\\n    id: x\\n    from:\\n      uri: direct:x\\n      steps:\\n        - fly: {} | bad.yaml:6: | fly",
                "- route:\\n    id: x\\n    from:\\n      uri: direct:x\\n      steps:\\n        - to: carrierpigeon:y | bad.yaml: | carrierpigeon",
                "- route:\\n    id: x\\n    from:\\n      uri: direct:x\\n      steps:\\n        - process:\\n            ref: noSuchBean | bad.yaml: | noSuchBean",
                "- route:\\n    id: x\\n    from:\\n      uri: direct:courier-call\\n      steps:\\n        - to: log:x | .yaml: | courier-call is taken",
                "- route:\\n    id: mcp-call\\n    from:\\n      uri: direct:x\\n      steps:\\n        - to: log:x | .yaml: | route id 'mcp-call' is taken",
                "- beans:\\n    - name: replay\\n      type: java.lang.Object\\n- route:\\n    id: x\\n    from:\\n      uri: direct:x\\n      steps:\\n        - to: carrierpigeon:y | bad.yaml: | carrierpigeon",
            })
    void aBrokenRouteFileChangesNothingAndSaysWhy(String text, String place, String problem) {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway =
                        gateway().routes("courier.yaml", ROUTE.formatted("one")).start()) {
            Object replay = gateway.camelContext().getRegistry().lookupByName("replay");
            List<String> routes = gateway.camelContext().getRoutes().stream()
                    .map(Route::getRouteId)
                    .toList();
            route("bad.yaml", text.replace("\\n", "\n"));
            warns(log, place, problem == null ? "" : problem, "the routes in force stay");

            assertThat(gateway.call("a.one", "{}").body().asText()).isEqualTo("one");
            assertThat(gateway.call("mcp.demo.echo", "{}").headers()).isNotEmpty();
            assertThat(gateway.camelContext().getRoutes())
                    .extracting(Route::getRouteId)
                    .containsExactlyElementsOf(routes);
            assertThat(gateway.camelContext().getRegistry().lookupByName("replay"))
                    .isSameAs(replay);

            route(
                    "bad.yaml",
                    "- route:\n    id: x\n    from:\n      uri: direct:x\n      steps:\n        - to: log:x\n");
            route("courier.yaml", ROUTE.formatted("two"));
            answers(gateway, "a.one", "two");
            assertThat(log.warnings().stream().filter(line -> line.contains("in force stay")))
                    .hasSize(1);
        }
    }

    @Test
    void noCallFailsWhileItsRoutesAreReplaced() throws Exception {
        Path shipped = Files.createDirectories(folder.resolve("routes"));
        try (TestGateway gateway =
                gateway().routes("courier.yaml", ROUTE.formatted("0")).start()) {
            AtomicBoolean done = new AtomicBoolean();
            AtomicLong calls = new AtomicLong();
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            ExecutorService callers = Executors.newFixedThreadPool(20);
            for (int i = 0; i < 20; i++) {
                boolean http = i % 4 == 0;
                callers.execute(() -> {
                    while (!done.get()) {
                        calls.incrementAndGet();
                        if (http) {
                            HttpResponse<String> answer = gateway.post("a.one", "{}");
                            if (answer.statusCode() != 200) {
                                failures.add(answer.statusCode() + " " + answer.body());
                            }
                        } else {
                            CallOutcome outcome = gateway.call("a.one", "{}", Map.of());
                            if (!outcome.completed()) {
                                failures.add(outcome.toString());
                            }
                        }
                    }
                });
            }
            for (int version = 1; version <= 4; version++) {
                Files.writeString(shipped.resolve("courier.yaml"), ROUTE.formatted(version));
                answers(gateway, "a.one", Integer.toString(version));
            }
            // A route configuration has every route built anew, those of the HTTP entry among them.
            route(
                    "shared.yaml",
                    "- routeConfiguration:\n    id: unused\n    errorHandler:\n      noErrorHandler: {}\n");
            await().atMost(60, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(gateway.camelContext().getRoutes())
                            .extracting(Route::getRouteId)
                            .anyMatch(id -> id.startsWith("call-over-rest~")));
            done.set(true);
            callers.shutdown();
            assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

            assertThat(new ArrayList<>(failures)).isEmpty();
            assertThat(calls.get()).isGreaterThan(100);
            await().untilAsserted(() -> assertThat(gateway.camelContext().getRoutes())
                    .extracting(Route::getRouteId)
                    .filteredOn(id -> id.startsWith("courier"))
                    .hasSize(2));
            assertThat(gateway.post("a.one", "{}").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whereANewRouteDoesNotStartTheFormerOnesGoOn() {
        String ticking =
                "- route:\n    id: %s\n    from:\n      uri: %s\n      steps:\n        - to: log:%s?level=DEBUG\n";
        String first = ROUTE.formatted("one") + ticking.formatted("tick", "timer:tick?period=50", "tick");
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway = gateway().routes("courier.yaml", first).start()) {
            String absent = "file:" + folder.resolve("absent") + "?autoCreate=false&startingDirectoryMustExist=true";
            route(
                    "courier.yaml",
                    first.replace("one", "two") + ticking.formatted("never", "\"" + absent + "\"", "never"));
            warns(log, "the routes in force stay");

            assertThat(gateway.call("a.one", "{}").body().asText()).isEqualTo("one");
            assertThat(gateway.camelContext().getRouteController().getRouteStatus("tick"))
                    .isEqualTo(ServiceStatus.Started);

            route("courier.yaml", first.replace("one", "three"));
            answers(gateway, "a.one", "three");
            await().untilAsserted(() -> assertThat(gateway.camelContext().getRoutes())
                    .extracting(Route::getRouteId)
                    .filteredOn(id -> id.startsWith("tick") || id.startsWith("never"))
                    .hasSize(1)
                    .allMatch(id -> id.startsWith("tick~")));
        }
    }

    @Test
    void withReloadOffNothingIsTakenUp() {
        try (TestGateway gateway = gateway()
                .setting("serai.reload", "false")
                .routes("courier.yaml", ROUTE.formatted("one"))
                .start()) {
            // Those of a gateway before it may still be ending.
            await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("serai-routes-reload", "serai-capability-reload"));
            assertThat(gateway.call("a.one", "{}").completed()).isTrue();
        }
    }
}
