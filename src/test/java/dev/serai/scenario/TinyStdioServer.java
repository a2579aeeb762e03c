package dev.serai.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stdio MCP server of a few tools, which a test starts as a command of its own. Uses nothing but the JDK, so that it
 * starts fast. Its first argument is a file to which each start adds a line; without one it only waits to be killed.
 */
public final class TinyStdioServer {
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+|\"[^\"]*\")");
    private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
    private static final Pattern NAME = Pattern.compile("\"name\":\"([^\"]+)\"");
    private static final Pattern MESSAGE = Pattern.compile("\"message\":\"([^\"]*)\"");
    private static final Pattern TOKEN = Pattern.compile("\"progressToken\":(\\d+|\"[^\"]*\")");

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private int calls;

    private TinyStdioServer() {}

    /** The command, as a property's value. */
    public static List<String> arguments(Path starts) {
        return List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                classes(),
                TinyStdioServer.class.getName(),
                starts.toString());
    }

    private static String classes() {
        return Path.of(TinyStdioServer.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
    }

    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            Thread.currentThread().join();
        }
        Files.writeString(
                Path.of(args[0]),
                ProcessHandle.current().pid() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        new TinyStdioServer().serve();
    }

    private void serve() throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String id = found(ID, line);
            String method = found(METHOD, line);
            if (!id.isEmpty() && !method.isEmpty()) {
                answer(id, method, line);
            }
        }
    }

    private void answer(String id, String method, String line) throws IOException {
        switch (method) {
            case "initialize" ->
                result(
                        id,
                        "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},"
                                + "\"serverInfo\":{\"name\":\"tiny\",\"version\":\"1\"}}");
            case "ping", "resources/subscribe", "resources/unsubscribe" -> result(id, "{}");
            case "tools/list" -> result(id, "{\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}]}");
            case "tools/call" -> call(id, found(NAME, line), line);
            default -> send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":-32601,\"message\":\"no\"}}");
        }
    }

    private void call(String id, String tool, String line) throws IOException {
        calls++;
        switch (tool) {
            case "echo" -> text(id, found(MESSAGE, line));
            case "pid" -> text(id, Long.toString(ProcessHandle.current().pid()));
            case "calls" -> text(id, Integer.toString(calls));
            case "child" -> text(id, Long.toString(child()));
            case "environment" ->
                text(id, String.join(",", new TreeSet<>(System.getenv().keySet())));
            case "directory" -> text(id, Path.of("").toAbsolutePath().toString());
            case "stuck" -> System.err.println("stuck");
            case "exit" -> System.exit(3);
            case "complain" -> {
                System.err.println("\u001b[31mtoken " + System.getenv("TINY_TOKEN"));
                for (int i = 0; i < 1_000; i++) {
                    System.err.println("line " + i);
                }
                text(id, "done");
            }
            case "junk" -> {
                send("Server is running!");
                send("{\"half\":");
                send("");
                send("[]");
                send("{\"jsonrpc\":\"2.0\",\"id\":12345678901,\"result\":{}}");
                text(id, "after junk");
            }
            case "long" -> text(id, "x".repeat(100_000));
            case "progress" -> {
                String token = found(TOKEN, line);
                for (int i = 1; i <= 3; i++) {
                    send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                            + token + ",\"progress\":" + i + "}}");
                }
                text(id, "progressed");
            }
            case "update" -> {
                send(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"res://a\"}}");
                text(id, "updated");
            }
            case "notify" -> {
                send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
                text(id, "notified");
            }
            case "ask" -> {
                send("{\"jsonrpc\":\"2.0\",\"id\":\"q1\",\"method\":\"ping\"}");
                String pong = in.readLine();
                send("{\"jsonrpc\":\"2.0\",\"id\":\"q2\",\"method\":\"roots/list\"}");
                text(id, (pong + in.readLine()).replace("\"", "'"));
            }
            default -> text(id, "unknown tool");
        }
    }

    private static long child() throws IOException {
        return new ProcessBuilder(
                        java(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx16m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TinyStdioServer.class.getName())
                .start()
                .pid();
    }

    private void text(String id, String text) {
        result(id, "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}");
    }

    private void result(String id, String result) {
        send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
    }

    private void send(String line) {
        out.println(line);
    }

    private static String found(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find() ? matcher.group(1) : "";
    }
}
