import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.sample.SampleMcpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Many clients of a gateway's {@code /mcp}, and the MCP server behind it. Prints {@code listening on PORT}, the server's,
 * and waits for a line with the gateway's port and process id. Argument: how many clients. Exit status 1 where an
 * answer or a notification is not its caller's, or something is left in the gateway when all have gone.
 */
public final class ManyClients {
    private static final int CALLS = 10;
    private static final int WARM = 20;
    private static final long PATIENCE_MS = 180_000;
    /** What the server's tool slow says besides, each once. */
    private static final List<String> LOGGED = List.of("started", "halfway");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SampleMcpServer server;
    private final int port;
    private final String pid;

    private ManyClients(SampleMcpServer server, int port, String pid) {
        this.server = server;
        this.port = port;
        this.pid = pid;
    }

    public static void main(String[] args) throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            System.out.println("listening on " + server.start().getPort());
            String[] gateway = new BufferedReader(new InputStreamReader(System.in)).readLine().split(" ");
            new ManyClients(server, Integer.parseInt(gateway[0]), gateway[1]).run(Integer.parseInt(args[0]));
        }
        System.exit(0);
    }

    private void run(int clients) throws Exception {
        together(WARM);
        until("warm-up", () -> left() == null);
        long sockets = sockets();
        int connections = metric("serai_http_connections");
        long executed = executed();
        int completed = completed();
        long initialized = server.counters().initialize();

        List<Long> waits = together(clients);
        int leavers = clients / 2;
        check("answers to those who stayed", waits.size() - 1, (clients - leavers) * CALLS);
        check("sessions of those who left", metric("serai_mcp_sessions"), leavers);
        until("all gone", () -> left() == null && sockets() <= sockets);
        check("connections of clients", metric("serai_http_connections"), connections);
        check("calls executed, each that the gateway took once", executed() - executed, completed() - completed);
        check("calls that did not complete", metric("serai_invocations_total") - completed(), 0);
        check("sessions opened at the server, one a client", server.counters().initialize() - initialized, clients);
        check("messages with an id used before", server.counters().duplicateIds(), 0);
        long[] sorted = waits.stream().skip(1).mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                "%,d clients, %,d calls sent, %,d executed; %,d answers in %.1f s: p50 %.1f s, longest %.1f s; "
                        + "sessions, calls, permits, queue, streams, connections, server's sessions: all gone%n",
                clients,
                clients * CALLS,
                executed() - executed,
                sorted.length,
                waits.get(0) / 1e3,
                sorted[sorted.length / 2] / 1e3,
                sorted[sorted.length - 1] / 1e3);
    }

    /** What each answer of those who stay took, in milliseconds; first what all took together. */
    private List<Long> together(int clients) {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        CountDownLatch opened = new CountDownLatch(clients);
        long begun = System.nanoTime();
        List<CompletableFuture<List<Long>>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int number = i;
            all.add(CompletableFuture.supplyAsync(() -> one(number, opened), threads));
        }
        List<Long> waits = new ArrayList<>();
        all.forEach(client -> waits.addAll(client.join()));
        waits.add(0, (System.nanoTime() - begun) / 1_000_000);
        threads.shutdown();
        return waits;
    }

    private List<Long> one(int number, CountDownLatch opened) {
        try {
            String session = initialize();
            opened.countDown();
            opened.await();
            List<Long> waits = new ArrayList<>();
            List<RawStream> calls = new ArrayList<>();
            long begun = System.nanoTime();
            for (int id = 0; id < CALLS; id++) {
                calls.add(RawStream.send(port, "POST", session, call(number, id)));
            }
            boolean leaves = number % 2 == 1;
            if (leaves) {
                // In the middle: one call has begun to tell of itself, the others are wherever they are.
                calls.get(0).next();
            } else {
                for (int id = 0; id < CALLS; id++) {
                    judge(calls.get(id), number, id);
                    waits.add((System.nanoTime() - begun) / 1_000_000);
                }
            }
            calls.forEach(leaves ? RawStream::pullThePlug : RawStream::close);
            if (!leaves) {
                RawStream bye = RawStream.send(port, "DELETE", session, "");
                bye.head();
                bye.close();
            }
            return waits;
        } catch (IOException | InterruptedException | RuntimeException e) {
            fail("client " + number + ": " + e);
            return List.of();
        }
    }

    private String initialize() throws IOException {
        RawStream stream = RawStream.send(
                port,
                "POST",
                null,
                rpc(0, "initialize", "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                        + "\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}"));
        String session = stream.head().get("mcp-session-id");
        stream.close();
        return session;
    }

    private static boolean slow(int id) {
        return id % 2 == 0;
    }

    private static int millis(int number, int id) {
        return 20 + (number * CALLS + id) % 150;
    }

    private static String token(int number, int id) {
        return "client " + number + " call " + id;
    }

    private static String call(int number, int id) {
        String arguments = slow(id)
                ? "{\"millis\":" + millis(number, id) + "}"
                : "{\"message\":\"" + token(number, id) + "\"}";
        return rpc(id, "tools/call", "{\"name\":\"many." + (slow(id) ? "slow" : "echo") + "\",\"arguments\":"
                + arguments + ",\"_meta\":{\"progressToken\":\"" + token(number, id) + "\"}}");
    }

    private static String rpc(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    /** All that comes until the end of the stream is this call's: its progress, ever more of it, then its answer, once. */
    private static void judge(RawStream stream, int number, int id) throws IOException {
        String who = token(number, id);
        double progress = -1;
        int logged = -1;
        JsonNode answer = null;
        for (String text = stream.next(); text != null; text = stream.next()) {
            JsonNode message = JSON.readTree(text);
            JsonNode params = message.path("params");
            boolean more = message.path("method").asText().equals("notifications/progress")
                    && params.path("progressToken").asText().equals(who)
                    && params.path("progress").asDouble() > progress;
            int log = LOGGED.indexOf(params.path("data").asText());
            boolean told = slow(id) && message.path("method").asText().equals("notifications/message") && log > logged;
            if (answer != null || !(more || told || message.path("id").asInt(-1) == id)) {
                throw new IllegalStateException(who + " got " + text);
            }
            if (more) {
                progress = params.path("progress").asDouble();
            } else if (told) {
                logged = log;
            } else {
                answer = message;
            }
        }
        String expected = slow(id) ? "done after " + millis(number, id) + " ms" : who;
        if (answer == null || !answer.at("/result/content/0/text").asText().equals(expected)) {
            throw new IllegalStateException(who + " was answered " + answer);
        }
        if (slow(id) && progress < 0) {
            throw new IllegalStateException(who + " was told no progress");
        }
    }

    /** What the gateway or the server still holds; {@code null} where it is nothing. */
    private String left() throws IOException {
        for (String name : List.of(
                "serai_mcp_sessions",
                "serai_mcp_parked",
                "serai_mcp_listeners",
                "serai_invocations_running",
                "serai_in_flight",
                "serai_queue_depth",
                "serai_http_requests",
                "serai_sessions")) {
            if (metric(name) != 0) {
                return metric(name) + " " + name;
            }
        }
        return server.openSessions() == 0 ? null : server.openSessions() + " sessions at the server";
    }

    private int metric(String name, String... labels) throws IOException {
        RawStream stream = RawStream.send(port, "GET /observe/metrics", null, "");
        Map<String, String> head = stream.head();
        String text = stream.rest();
        stream.close();
        if (head.isEmpty() || !text.contains("\n" + name)) {
            throw new IllegalStateException("no metric " + name);
        }
        return text.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private int completed() throws IOException {
        return metric("serai_invocations_total", "status=\"completed\"");
    }

    private long executed() {
        return server.counters().executions("slow") + server.counters().executions("echo");
    }

    private long sockets() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", pid, "fd"))) {
            return open.filter(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString().startsWith("socket:");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    private interface Asked {
        boolean holds() throws IOException;
    }

    private void until(String what, Asked asked) throws Exception {
        long end = System.nanoTime() + PATIENCE_MS * 1_000_000;
        while (!asked.holds()) {
            if (System.nanoTime() - end > 0) {
                fail(what + ": still " + left() + ", " + sockets() + " sockets");
            }
            Thread.sleep(200);
        }
    }

    private static void check(String what, long is, long expected) {
        if (is != expected) {
            fail(what + ": " + is + ", expected " + expected);
        }
    }

    private static void fail(String why) {
        System.out.println("FAILED: " + why);
        System.exit(1);
    }
}
