package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stdio servers of the MCP project: as listed commands, imported, and behind the gateway as a command. */
@Tag("integration")
@Timeout(240)
class StdioServersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path PACKAGES = Path.of("target", "integration", "node_modules", "@modelcontextprotocol")
            .toAbsolutePath();
    private static final String DECLARATIONS = """
        defaults:
          metadata:
            mcp: { server_url: "stdio:everything", requires_session: true }
            policy: { idempotent: %s }
        capabilities:
          - id: it.echo
            metadata: { mcp: { tool_name: echo } }
            input_schema: { type: object }
          - id: it.remember
            metadata: { mcp: { server_url: "stdio:memory", tool_name: create_entities } }
            input_schema: { type: object }
          - id: it.recall
            metadata: { mcp: { server_url: "stdio:memory", tool_name: read_graph } }
            input_schema: { type: object }
        """;

    @TempDir
    Path folder;

    private static Path script(String server) {
        Path script = PACKAGES.resolve(server).resolve("dist/index.js");
        if (!Files.isRegularFile(script)) {
            throw new IllegalStateException(script + " is missing: run bin/integration, which installs it");
        }
        return script;
    }

    private TestGateway gateway(boolean idempotent) {
        return TestGateway.in(folder)
                .capabilities("it.yaml", DECLARATIONS.formatted(idempotent))
                .setting("serai.stdio.everything.command", "node")
                .setting("serai.stdio.everything.args", script("server-everything") + " stdio")
                .setting("serai.stdio.memory.command", "node")
                .setting("serai.stdio.memory.args", script("server-memory").toString())
                .setting("serai.stdio.memory.env", "MEMORY_FILE_PATH")
                .environment("MEMORY_FILE_PATH", folder.resolve("memory.json").toString())
                .environment("PATH", System.getenv("PATH"))
                .start();
    }

    /** The processes of this JVM that run a server. */
    private static List<ProcessHandle> processes(String server) {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(server))
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    private static <T> List<T> callAll(int callers, Callable<T> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(
                    IntStream.range(0, callers).mapToObj(i -> call).toList())) {
                results.add(future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void twoHundredColdCallersShareOneProcess() throws Exception {
        try (TestGateway gateway = gateway(false)) {
            List<HttpResponse<String>> answers = callAll(200, () -> gateway.post("it.echo", "{\"message\":\"hello\"}"));

            assertThat(answers).allMatch(answer -> answer.body().equals("\"Echo: hello\""));
            assertThat(processes("server-everything")).hasSize(1);
        }
        assertThat(processes("server-everything")).isEmpty();
    }

    @Test
    void aProcessKilledUnderLoadIsReplacedOnce() throws Exception {
        try (TestGateway gateway = gateway(true)) {
            assertThat(gateway.call("it.echo", "{\"message\":\"warm\"}").completed())
                    .isTrue();
            ProcessHandle first = processes("server-everything").get(0);
            AtomicInteger made = new AtomicInteger();
            AtomicBoolean killed = new AtomicBoolean();
            ExecutorService killer = Executors.newSingleThreadExecutor();
            try {
                killer.execute(() -> {
                    await().atMost(PATIENCE).until(() -> made.get() > 300);
                    first.destroyForcibly();
                    await().atMost(PATIENCE).until(() -> !first.isAlive());
                    killed.set(true);
                });
                List<Boolean> callers = callAll(50, () -> {
                    boolean all = true;
                    for (int i = 0; i < 20 || !killed.get(); i++) {
                        all &= gateway.call("it.echo", "{\"message\":\"m\"}").completed();
                        made.incrementAndGet();
                    }
                    return gateway.call("it.echo", "{\"message\":\"m\"}").completed() && all;
                });
                assertThat(callers).doesNotContain(false);
            } finally {
                killer.shutdownNow();
            }
            assertThat(processes("server-everything")).hasSize(1).doesNotContain(first);
        }
    }

    @Test
    void aServerKeepsItsStateBetweenCallsAndIsGivenItsVariable() throws Exception {
        try (TestGateway gateway = gateway(false)) {
            CallOutcome stored = gateway.call(
                    "it.remember",
                    "{\"entities\":[{\"name\":\"serai\",\"entityType\":\"inn\",\"observations\":[\"rests\"]}]}");
            assertThat(stored.completed()).as("%s", stored.body()).isTrue();

            CallOutcome recalled = gateway.call("it.recall", "{}");

            assertThat(recalled.body().toString()).contains("rests");
            assertThat(Files.readString(folder.resolve("memory.json"))).contains("rests");
        }
    }

    @Test
    void everyToolIsImportedAndCanBeCalledAndImportedAgain() throws Exception {
        Path capabilities = Files.createDirectory(folder.resolve("imported"));
        String[] command = {
            "-D",
            "serai.stdio.everything.command=node",
            "-D",
            "serai.stdio.everything.args=" + script("server-everything") + " stdio",
            "--capabilities",
            capabilities.toString()
        };

        Launcher.Run imported = serai(command, "import", "mcp", "stdio:everything", "--name", "everything");
        assertThat(imported.exit()).as(imported.err()).isZero();
        assertThat(imported.out()).contains("added: mcp.everything.echo");

        Launcher.Run listed = serai(command, "list");
        assertThat(listed.out()).contains("mcp.everything.get-sum").doesNotContain("no: ");
        Launcher.Run called = serai(command, "call", "mcp.everything.echo", "{\"message\":\"hi\"}");
        assertThat(called.out()).as(called.err()).isEqualTo("\"Echo: hi\"");

        Path file = capabilities.resolve("everything.yaml");
        String before = Files.readString(file);
        Launcher.Run again = serai(command, "import", "mcp", "stdio:everything", "--name", "everything");
        assertThat(again.err()).contains("is up to date");
        assertThat(Files.readString(file)).isEqualTo(before);
    }

    private static Launcher.Run serai(String[] options, String... verb) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(verb));
        all.addAll(List.of(options));
        return Launcher.serai(all.toArray(String[]::new));
    }

    @Test
    void aClientThatStartsACommandTalksToAServerOverHttp() throws Exception {
        try (NpmServer server = ServerEverything.start()) {
            Process bridge = Launcher.start(
                    "stdio", "--url", server.uri(ServerEverything.PATH).toString());
            OutputStream in = bridge.getOutputStream();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(bridge.getInputStream(), StandardCharsets.UTF_8))) {
                say(
                        in,
                        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                                + "\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"it\",\"version\":\"1\"}}}");
                assertThat(answer(out, 0)).contains("\"protocolVersion\":\"2025-06-18\"");
                say(in, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
                say(
                        in,
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
                                + "\"arguments\":{\"message\":\"hi\"}}}");
                assertThat(answer(out, 1)).contains("Echo: hi");
                in.close();
                assertThat(bridge.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(bridge.exitValue()).isZero();
            } finally {
                bridge.destroyForcibly();
            }
        }
    }

    private static void say(OutputStream in, String line) throws IOException {
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    private static String answer(BufferedReader out, int id) throws IOException {
        String line = out.readLine();
        while (line != null && !line.contains("\"id\":" + id)) {
            line = out.readLine();
        }
        return String.valueOf(line);
    }
}
