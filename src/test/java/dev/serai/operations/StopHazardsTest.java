package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import dev.serai.scenario.ParkingStep;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.apache.camel.Consumer;
import org.apache.camel.ServiceStatus;
import org.apache.camel.StatefulService;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stop in which a part misbehaves: the others have their time all the same, and the report stays exact. */
@Timeout(120)
class StopHazardsTest {
    private static final String HI = "{\"message\":\"hi\"}";
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String DECLARATION = """
            capabilities:
              - id: s.echo
                metadata:
                  mcp: { server_url: "%s", requires_session: true, tool_name: echo }
                input_schema: { type: object }
            """;
    private static final String STUBBORN = """
            - route:
                id: stubborn
                from: { uri: "stubborn:one", steps: [ { log: { message: never } } ] }
            """;
    private static final String TICKS = """
            - route:
                id: ticks
                from: { uri: "timer:ticks?period=1&delay=0", steps: [ { setBody: { constant: tick } } ] }
            """;
    private static final String PARKED = """
            - route:
                id: parked-call
                from:
                  uri: direct:parked-call
                  steps:
                    - process: { ref: "#class:dev.serai.scenario.ParkingStep" }
            """;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void startServer() {
        server.start();
        ParkingStep.prepare();
    }

    @AfterEach
    void stopServer() {
        ParkingStep.release();
        server.dials().release();
        threads.shutdownNow();
        server.close();
    }

    private TestGateway.Builder gateway() {
        return TestGateway.in(folder).capabilities("s.yaml", DECLARATION.formatted(server.uri()));
    }

    private static void load(TestGateway gateway, String routes) throws Exception {
        PluginHelper.getRoutesLoader(gateway.camelContext())
                .loadRoutes(ResourceHelper.fromString("more.camel.yaml", routes));
    }

    /** Stops with calls in progress, and expects that they are answered and new ones refused. */
    private void answersWhatItHasAccepted(TestGateway gateway) throws Exception {
        server.dials().holdCalls();
        Future<HttpResponse<String>> remote = threads.submit(() -> gateway.post("s.echo", HI));
        Future<CallOutcome> inside = threads.submit(() -> gateway.call("s.echo", HI));
        await().until(() -> server.counters().calls() == 2);

        Future<?> stop = threads.submit(gateway.gateway()::close);
        await().until(() -> gateway.get("/capabilities").statusCode() == 503);
        CallOutcome late = gateway.call("s.echo", HI);
        assertThat(late.body().path("code").asText()).isEqualTo("shutting_down");
        server.dials().release();

        assertThat(remote.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        CallOutcome answered = inside.get(60, TimeUnit.SECONDS);
        assertThat(answered.completed()).as("%s", answered).isTrue();
        stop.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aConsumerThatCannotBeSuspendedCutsNoCall() throws Exception {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway = gateway().start()) {
            gateway.camelContext().addComponent("stubborn", new StubbornComponent(() -> {
                throw new IllegalStateException("no");
            }));
            load(gateway, STUBBORN);

            answersWhatItHasAccepted(gateway);

            assertThat(String.join("\n", log.events())).contains("2 calls in progress answered", " 0 aborted");
        }
    }

    private static ServiceStatus ticks(TestGateway gateway) {
        Consumer consumer = gateway.camelContext().getRoute("ticks").getConsumer();
        return ((StatefulService) consumer).getStatus();
    }

    @Test
    void aConsumerThatHangsKeepsNeitherTheOthersNorTheDrain() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (TestGateway gateway = gateway().start()) {
            gateway.camelContext().addComponent("stubborn", new StubbornComponent(() -> {
                asked.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            }));
            load(gateway, STUBBORN);
            load(gateway, TICKS);

            server.dials().holdCalls();
            Future<HttpResponse<String>> call = threads.submit(() -> gateway.post("s.echo", HI));
            await().until(() -> server.counters().calls() == 1);
            Future<?> stop = threads.submit(gateway.gateway()::close);
            asked.await();
            await().untilAsserted(
                            () -> assertThat(ticks(gateway)).isIn(ServiceStatus.Suspended, ServiceStatus.Stopped));
            await().until(() -> gateway.get("/capabilities").statusCode() == 503);
            server.dials().release();

            assertThat(call.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            stop.get(20, TimeUnit.SECONDS);
            assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aCallThatCannotBeStoppedCountsAsOneAborted() throws Exception {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway = TestGateway.in(folder)
                        .setting("serai.shutdown-timeout", "1s")
                        .capabilities("p.yaml", """
                                capabilities:
                                  - id: p.call
                                    metadata: { parked: {} }
                                """)
                        .routes("parked.yaml", PARKED)
                        .start()) {
            Future<HttpResponse<String>> call = threads.submit(() -> gateway.post("p.call", "{}"));
            await().until(ParkingStep::isParked);

            gateway.gateway().close();

            assertThat(call.get(60, TimeUnit.SECONDS).body()).contains("shutting_down");
            assertThat(String.join("\n", log.events())).contains(" 0 calls in progress answered", " 1 aborted");
        }
    }

    private static void isReported(TestGateway.Builder builder, String sessions) {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway = builder.environment("SERAI_STORE_KEY", KEY)
                        .setting("serai.store", "file")
                        .start()) {
            CallOutcome outcome = gateway.call("s.echo", HI);
            assertThat(outcome.completed()).as("%s", outcome).isTrue();

            gateway.gateway().close();

            assertThat(String.join("\n", log.events())).contains(sessions);
        }
    }

    @Test
    void onlyWhatTheStoreHasIsReportedAsKept() {
        isReported(
                gateway()
                        .setting(
                                "serai.store.file",
                                folder.resolve("sessions.store").toString()),
                " 0 sessions closed, 0 left, 1 kept");
        assertThat(server.counters().deletes()).isZero();
    }

    @Test
    void aSessionThatTheStoreCouldNotTakeIsClosedAndReportedSo() {
        isReported(gateway().setting("serai.store.file", folder.toString()), " 1 sessions closed, 0 left, 0 kept");
        assertThat(server.counters().deletes()).isEqualTo(1);
    }

    @Test
    void aSessionWhoseServerIsGoneIsReportedAsLeft() {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway = gateway().start()) {
            gateway.call("s.echo", HI);
            server.close();

            gateway.gateway().close();

            assertThat(String.join("\n", log.events())).contains(" 0 sessions closed, 1 left, 0 kept");
        }
    }
}
