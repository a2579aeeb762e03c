package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Operators whose requests wait for a server that hangs. */
@Timeout(120)
class BusyAdminTest {
    private static final int OPENINGS = 8;
    private static final int THAT_WAIT = 2;

    private static final int OPERATORS = 64;
    private static volatile CountDownLatch released = new CountDownLatch(1);

    @TempDir
    Path folder;

    @Test
    void openingsThatHangLeaveRoomForProbesAndMetrics() {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            server.dials().holdInitialize();
            try (TestGateway gateway = TestGateway.in(folder)
                    .capabilities("s.yaml", """
                            capabilities:
                              - id: s.echo
                                metadata:
                                  mcp: { server_url: %s, requires_session: true, tool_name: echo }
                                  session: { pool_size: %d }
                            """.formatted(server.uri(), OPENINGS))
                    .start()) {
                List<CompletableFuture<HttpResponse<String>>> openings =
                        Stream.generate(() -> open(gateway)).limit(OPENINGS).toList();
                await().until(() ->
                        openings.stream().filter(CompletableFuture::isDone).count() == OPENINGS - THAT_WAIT);

                assertThat(gateway.get("/observe/health/live").statusCode()).isEqualTo(200);
                assertThat(gateway.get("/observe/metrics").statusCode()).isEqualTo(200);
                assertThat(gateway.get("/admin/sessions").statusCode()).isEqualTo(200);

                server.dials().release();
                openings.forEach(CompletableFuture::join);
                assertThat(openings).filteredOn(with(201)).hasSize(THAT_WAIT);
                assertThat(openings)
                        .filteredOn(with(429))
                        .hasSize(OPENINGS - THAT_WAIT)
                        .allSatisfy(
                                refused -> assertThat(refused.join().headers().firstValue("Retry-After"))
                                        .isPresent());
            }
        }
    }

    @Test
    void slowRequestsOfOperatorsTakeNoPlaceOfProbes() {
        released = new CountDownLatch(1);
        try (TestGateway gateway =
                TestGateway.in(folder).routes("slow.camel.yaml", """
                        - route:
                            id: slow
                            from:
                              uri: platform-http:/admin/slow
                              steps:
                                - process: { ref: "#class:dev.serai.operations.BusyAdminTest$Held" }
                        """).start()) {
            List<CompletableFuture<HttpResponse<String>>> held =
                    Stream.generate(() -> slow(gateway)).limit(OPERATORS).toList();
            await().until(() -> gateway.get("/admin/sessions").statusCode() == 429);

            assertThat(gateway.get("/observe/health/live").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/observe/metrics").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/admin/sessions").body()).contains(OPERATORS + " requests in progress");

            released.countDown();
            assertThat(held)
                    .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
            assertThat(gateway.get("/admin/sessions").statusCode()).isEqualTo(200);
        } finally {
            released.countDown();
        }
    }

    /** Holds its thread until the test lets it go. */
    public static final class Held implements Processor {
        @Override
        public void process(Exchange exchange) throws InterruptedException {
            released.await();
            exchange.getMessage().setBody("done");
        }
    }

    /** Again where it found no place: what looks for one takes it for a moment. */
    private static CompletableFuture<HttpResponse<String>> slow(TestGateway gateway) {
        return CompletableFuture.supplyAsync(
                () -> {
                    HttpResponse<String> answer = gateway.get("/admin/slow");
                    while (answer.statusCode() == 429) {
                        answer = gateway.get("/admin/slow");
                    }
                    return answer;
                },
                task -> new Thread(task).start());
    }

    private static Predicate<CompletableFuture<HttpResponse<String>>> with(int status) {
        return answer -> answer.join().statusCode() == status;
    }

    private static CompletableFuture<HttpResponse<String>> open(TestGateway gateway) {
        return CompletableFuture.supplyAsync(
                () -> gateway.send(
                        HttpRequest.newBuilder(URI.create(gateway.gateway().url() + "/admin/sessions"))
                                .POST(HttpRequest.BodyPublishers.ofString("{\"capability\":\"s.echo\"}"))
                                .build()),
                task -> new Thread(task).start());
    }
}
