package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.entry.HttpIngress;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients of the session era at once, in front of a real server, half of which leave without a word. The system
 * property {@code serai.clients} makes it a run of any size; {@code bench/clients} sets it.
 */
@Timeout(900)
class ManyClientsTest {
    private static final int CLIENTS = Integer.getInteger("serai.clients", 40);
    private static final int CALLS = 10;
    /** Longer than a client of so many takes between two requests. */
    private static final Duration IDLE = Duration.ofSeconds(CLIENTS > 100 ? 120 : 10);

    private static final Duration PATIENCE = IDLE.plusSeconds(180);
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: "%s", requires_session: true }
            capabilities:
              - id: many.slow
                metadata: { mcp: { tool_name: slow }, session: { scope: conversation, idle: 1s } }
              - id: many.echo
                metadata: { mcp: { tool_name: echo } }
            """;

    @TempDir
    Path folder;

    /** A call of one client: its progress is told under a name that nobody else uses, and its answer is its own. */
    private record Sent(LiveStream stream, int id, String token, String answer) {}

    private TestGateway start(SampleMcpServer server) {
        return TestGateway.in(folder)
                .capabilities("many.yaml", DECLARATIONS.formatted(server.uri()))
                .setting("serai.mcp.session-idle", IDLE.toSeconds() + "s")
                .setting("serai.http.max-concurrent", Integer.toString(2 * CLIENTS * CALLS))
                .setting("serai.queue.max", Integer.toString(CLIENTS * CALLS))
                .setting("serai.queue.timeout", "5m")
                .setting("serai.timeout", "5m")
                .setting("serai.timeout.streaming", "5m")
                .setting("serai.session.open-timeout", "60s")
                .start();
    }

    @Test
    void everyAnswerReachesItsCallerAndNothingIsLeftOfThoseWhoHaveGone() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            try (TestGateway gateway = start(server)) {
                long begun = System.nanoTime();
                int answered = together(gateway);
                long took = (System.nanoTime() - begun) / 1_000_000;

                assertThat(answered).isEqualTo(CLIENTS / 2 * CALLS);
                // Those who left without a word are there until they have been idle for long enough.
                assertThat(server(gateway).sessions()).isEqualTo(CLIENTS - CLIENTS / 2);
                await().atMost(PATIENCE).until(() -> server(gateway).sessions() == 0);
                await().atMost(PATIENCE).until(() -> nothingIsLeft(gateway));
                assertThat(server.counters().executions("slow")
                                + server.counters().executions("echo"))
                        .as("a client that goes in a session cancels nothing")
                        .isEqualTo((long) CLIENTS * CALLS);
                if (CLIENTS > 100) {
                    System.out.println(CLIENTS + " clients, " + CLIENTS * CALLS + " calls in " + took + " ms");
                }
            }
            await().atMost(PATIENCE).until(() -> server.openSessions() == 0);
        }
    }

    private static int together(TestGateway gateway) {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            RawMcp client = new RawMcp(gateway);
            CountDownLatch opening = new CountDownLatch(CLIENTS);
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                all.add(CompletableFuture.supplyAsync(() -> one(gateway, client, number, opening), threads));
            }
            return all.stream().mapToInt(CompletableFuture::join).sum();
        } finally {
            threads.shutdownNow();
        }
    }

    /** Ten calls of one session at a time; how many were answered as they should be. */
    private static int one(TestGateway gateway, RawMcp client, int number, CountDownLatch opening) {
        String session = client.initialize("2025-11-25");
        awaitAll(opening);
        List<Sent> calls = new ArrayList<>();
        for (int id = 0; id < CALLS; id++) {
            calls.add(call(gateway, session, number, id));
        }
        boolean leaves = number % 2 == 1;
        int good = 0;
        for (Sent call : calls) {
            // Of one that leaves half the calls are answered to nobody, half are still on their way.
            boolean waits = !leaves || call.id() % 2 == 0;
            boolean own = waits && isOwn(call);
            good += own && !leaves ? 1 : 0;
            if (!leaves) {
                call.stream().close();
            }
            assertThat(own).as("client %s, call %s", number, call.id()).isEqualTo(waits);
        }
        if (leaves) {
            calls.forEach(call -> call.stream().close());
        } else {
            client.send(client.request("Mcp-Session-Id", session).DELETE());
        }
        return good;
    }

    /** Every client has a session before any of them calls. */
    private static void awaitAll(CountDownLatch opening) {
        opening.countDown();
        try {
            assertThat(opening.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Sent call(TestGateway gateway, String session, int number, int id) {
        String token = "p" + number + "-" + id;
        boolean slow = id % 2 == 0;
        int millis = 20 + (number * CALLS + id) % 150;
        String arguments = slow ? "{\"millis\":" + millis + "}" : "{\"message\":\"" + token + "\"}";
        LiveStream stream = LiveStream.send(
                gateway,
                "POST",
                "Connection: close\nMcp-Session-Id: " + session,
                RawMcp.rpc(
                        id,
                        "tools/call",
                        "{\"name\":\"many." + (slow ? "slow" : "echo") + "\",\"arguments\":" + arguments
                                + ",\"_meta\":{\"progressToken\":\"" + token + "\"}}"));
        return new Sent(stream.patient(PATIENCE), id, token, slow ? "done after " + millis + " ms" : token);
    }

    /** Whether all that comes on the stream of a call is about that call, its answer last. */
    private static boolean isOwn(Sent call) {
        int told = 0;
        for (JsonNode message = call.stream().next();
                message != null;
                message = call.stream().next()) {
            if (message.path("method").asText().equals("notifications/progress")) {
                if (!message.at("/params/progressToken").asText().equals(call.token())) {
                    return false;
                }
                told++;
            } else if (message.has("id")) {
                boolean slow = call.id() % 2 == 0;
                return message.path("id").asInt(-1) == call.id()
                        && message.at("/result/content/0/text").asText().equals(call.answer())
                        && (told > 0 || !slow);
            }
        }
        return false;
    }

    private static ProtocolServer server(TestGateway gateway) {
        return gateway.camelContext().getRegistry().lookupByNameAndType(ProtocolServer.NAME, ProtocolServer.class);
    }

    private static boolean nothingIsLeft(TestGateway gateway) {
        JsonNode calls = TestGateway.tree(gateway.get("/admin/invocations").body());
        JsonNode sessions = TestGateway.tree(gateway.get("/admin/sessions").body());
        HttpIngress ingress = (HttpIngress) gateway.camelContext().getRegistry().lookupByName(HttpIngress.NAME);
        return calls.path("inFlight").asInt(-1) == 0
                && calls.path("inProgress").asInt(-1) == 0
                && ingress.requestsInProgress() == 0
                && gateway.camelContext().getInflightRepository().size() == 0
                && server(gateway).parked() == 0
                && server(gateway).listeners() == 0
                && sessions.findValues("inUse").stream().allMatch(inUse -> inUse.asInt(-1) == 0);
    }
}
