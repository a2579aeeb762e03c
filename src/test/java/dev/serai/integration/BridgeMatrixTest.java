package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of npm in front of servers of npm, every one with every one: what passes is what the document says. */
@Tag("integration")
@Timeout(300)
class BridgeMatrixTest {
    private static final Path DOCUMENT = Path.of("docs", "mcp-bridge.md");
    private static final int AT_A_TIME = 2;
    private static final int PATIENCE_SECONDS = 200;
    /** What a client of an SDK is put through, and what the inspector can be asked for. */
    private static final List<String> SCENARIOS =
            List.of("list", "call", "progress", "cancel", "elicitation", "errors");

    private static final List<String> INSPECTED = List.of("list", "call", "errors");

    /** Servers by the names of their columns. */
    private static final List<String> UPSTREAMS = List.of("everything", "sse", "dual", "modern", "stateless");

    @TempDir
    static Path folder;

    private static final List<AutoCloseable> STARTED = new ArrayList<>();
    private static final Map<String, RecordingProxy> PROXIES = new ConcurrentHashMap<>();
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        Peers.copyScripts();
        ExecutorService threads = Executors.newFixedThreadPool(UPSTREAMS.size());
        try {
            Future<NpmServer> everything = threads.submit(ServerEverything::start);
            Future<NpmServer> sse = threads.submit(ServerEverything::startSse);
            Future<NpmServer> dual = threads.submit(() -> Peers.server("bridge-v2-server.mjs", "stateless"));
            Future<NpmServer> modern = threads.submit(() -> Peers.server("bridge-v2-server.mjs", "reject"));
            Future<NpmServer> stateless = threads.submit(() -> Peers.server("bridge-stateless-server.mjs"));
            String declarations = "capabilities:\n"
                    + declarations(
                            "everything", before("everything", everything, "/mcp"), "requires_session: true", true)
                    + declarations("sse", before("sse", sse, "/sse"), "requires_session: true, transport: sse", true)
                    + declarations("dual", started(dual).uri("/mcp"), "requires_session: auto", false)
                    + declarations("modern", started(modern).uri("/mcp"), "requires_session: auto", false)
                    + declarations(
                            "stateless", before("stateless", stateless, "/mcp"), "requires_session: auto", false);
            gateway = TestGateway.in(folder)
                    .capabilities("bridge.yaml", declarations)
                    .start();
            STARTED.add(gateway);
        } finally {
            threads.shutdownNow();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        for (int i = STARTED.size() - 1; i >= 0; i--) {
            STARTED.get(i).close();
        }
    }

    private static NpmServer started(Future<NpmServer> server) throws Exception {
        NpmServer running = server.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        STARTED.add(running);
        return running;
    }

    private static URI before(String name, Future<NpmServer> server, String path) throws Exception {
        RecordingProxy proxy = RecordingProxy.before(started(server).uri(path));
        STARTED.add(proxy);
        PROXIES.put(name, proxy);
        return proxy.uri();
    }

    private static String declarations(String name, URI uri, String session, boolean everything) {
        Map<String, String> tools = new LinkedHashMap<>();
        tools.put("echo", "echo");
        tools.put("slow", everything ? "trigger-long-running-operation" : "slow");
        tools.put("ask", everything ? "trigger-elicitation-request" : "ask");
        tools.put("fail", everything ? "get-sum" : "fail");
        tools.put("aborted", "aborted");
        // On a stream that calls share, nobody knows which of them a question is about.
        String asking = name.equals("sse") ? ", session: { scope: call }" : "";
        StringBuilder yaml = new StringBuilder();
        tools.forEach(
                (id, tool) -> yaml.append("""
                  - id: %s.%s
                    metadata: { mcp: { server_url: "%s", tool_name: %s, %s }%s }
                    input_schema: { type: object }
                """.formatted(name, id, uri, tool, session, id.equals("ask") ? asking : "")));
        return yaml.toString();
    }

    @Test
    void whatPassesBetweenEveryClientAndEveryServerIsWhatTheDocumentSays() throws Exception {
        Map<String, Callable<Map<String, String>>> rows = new LinkedHashMap<>();
        for (String mode : List.of("legacy", "auto", "modern")) {
            rows.put("inspector 2.12.0, " + mode, () -> inspect(mode));
        }
        rows.put("sdk 1.32.2", () -> drive("v1", "legacy"));
        for (String mode : List.of("legacy", "auto", "modern")) {
            rows.put("client 2.4.0, " + mode, () -> drive("v2", mode));
        }
        Map<String, String> found = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            Map<String, Future<Map<String, String>>> running = new LinkedHashMap<>();
            rows.forEach((name, row) -> running.put(name, threads.submit(row)));
            for (Map.Entry<String, Future<Map<String, String>>> row : running.entrySet()) {
                Map<String, String> cells = row.getValue().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                found.put(
                        row.getKey(),
                        "| " + row.getKey() + " | "
                                + String.join(
                                        " | ",
                                        UPSTREAMS.stream().map(cells::get).toList()) + " |");
            }
        } finally {
            threads.shutdownNow();
        }

        List<String> said = Files.readAllLines(DOCUMENT);
        assertThat(said.stream()
                        .filter(line -> line.startsWith("| inspector ")
                                || line.startsWith("| sdk ")
                                || line.startsWith("| client 2")))
                .containsExactlyElementsOf(found.values());
        int told = rows.size() - 3;
        for (Map.Entry<String, RecordingProxy> proxy : PROXIES.entrySet()) {
            await().untilAsserted(() -> assertThat(cancellations(proxy.getValue()))
                    .as("cancellations that %s was told of", proxy.getKey())
                    .isGreaterThanOrEqualTo(told));
        }
        for (String name : List.of("dual", "modern")) {
            await().untilAsserted(() -> assertThat(
                            gateway.call(name + ".aborted", "{}").body().asInt())
                    .as("calls that %s saw end", name)
                    .isGreaterThanOrEqualTo(told));
        }
    }

    private static long cancellations(RecordingProxy proxy) {
        return proxy.seen().stream()
                .filter(seen -> seen.rpcMethod().equals("notifications/cancelled"))
                .count();
    }

    /** What a client of an SDK says of each server. */
    private static Map<String, String> drive(String sdk, String mode) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", "bridge-client.mjs", sdk, url(), mode));
        command.addAll(UPSTREAMS);
        Peers.Run run = Peers.run(command, Map.of());
        assertThat(run.exit()).as(run.out()).isZero();
        Map<String, String> cells = new LinkedHashMap<>();
        run.out()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(TestGateway::tree)
                .forEach(row -> cells.put(row.path("upstream").asText(), cell(row, SCENARIOS)));
        return cells;
    }

    @Test
    void theInspectorStartsTheCommandAsItsServerAndReachesEveryServerBehindIt() throws Exception {
        Path servers = Files.writeString(
                folder.resolve("servers.json"),
                "{\"mcpServers\":{\"serai\":{\"type\":\"stdio\",\"command\":\"%s\",\"args\":[\"stdio\",\"--url\",\"%s\"]}}}"
                        .formatted(
                                Path.of("bin", "serai").toAbsolutePath(),
                                gateway.gateway().url()));
        for (String mode : List.of("legacy", "auto", "modern")) {
            Peers.Run listed = overStdio(servers, mode, "--method", "tools/list");
            assertThat(listed.exit()).as(listed.out()).isZero();
            for (String name : UPSTREAMS) {
                assertThat(listed.out()).as(mode).contains("\"" + name + ".echo\"");
            }
            String server = mode.equals("legacy") ? "everything" : "modern";
            Peers.Run called = overStdio(
                    servers,
                    mode,
                    "--method",
                    "tools/call",
                    "--tool-name",
                    server + ".echo",
                    "--tool-args-json",
                    "{\"message\":\"hi\"}");
            assertThat(called.exit()).as(called.out()).isZero();
            assertThat(called.out()).as(mode).contains("Echo: hi");
            Peers.Run failed = overStdio(servers, mode, "--method", "tools/call", "--tool-name", server + ".fail");
            assertThat(failed.exit()).as(failed.out()).isNotZero();
            assertThat(failed.out()).as(mode).contains("isError");
        }
    }

    private static Peers.Run overStdio(Path servers, String mode, String... what)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("--config", servers.toString(), "--server", "serai"));
        command.addAll(List.of(what));
        return run(mode, command);
    }

    private static String cell(JsonNode row, List<String> asked) {
        List<String> passed = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (String scenario : asked) {
            JsonNode outcome = row.path(scenario);
            if (outcome.isBoolean() && outcome.asBoolean()) {
                passed.add(scenario);
            } else {
                failed.add(scenario + " " + (outcome.isTextual() ? outcome.asText() : "failed"));
            }
        }
        String all = passed.size() == SCENARIOS.size() ? "all" : String.join(", ", passed);
        return failed.isEmpty() ? all : all + "; " + String.join(", ", failed);
    }

    private static Map<String, String> inspect(String mode) throws IOException, InterruptedException {
        String tools = inspector(mode, "--method", "tools/list").out();
        Map<String, String> cells = new LinkedHashMap<>();
        for (String name : UPSTREAMS) {
            Peers.Run called = inspector(
                    mode,
                    "--method",
                    "tools/call",
                    "--tool-name",
                    name + ".echo",
                    "--tool-args-json",
                    "{\"message\":\"hi\"}");
            Peers.Run failed = inspector(
                    mode, "--method", "tools/call", "--tool-name", name + ".fail", "--tool-args-json", "{\"a\":\"b\"}");
            JsonNode row = TestGateway.tree("{\"list\":%b,\"call\":%b,\"errors\":%b}"
                    .formatted(
                            tools.contains("\"" + name + ".echo\"") && tools.contains("\"" + name + ".fail\""),
                            called.exit() == 0 && called.out().contains("Echo: hi"),
                            failed.exit() != 0 && failed.out().contains("isError")));
            cells.put(name, cell(row, INSPECTED));
        }
        return cells;
    }

    private static Peers.Run inspector(String mode, String... what) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(url(), "--transport", "http"));
        command.addAll(List.of(what));
        return run(mode, command);
    }

    private static Peers.Run run(String mode, List<String> what) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of("node_modules/.bin/node").toString(),
                "node_modules/.bin/mcp-inspector",
                "--cli",
                "--protocol-era",
                mode,
                "--format",
                "json"));
        command.addAll(what);
        return Peers.run(command, Map.of("HOME", folder.toString()));
    }

    private static String url() {
        return gateway.gateway().url() + "/mcp";
    }
}
