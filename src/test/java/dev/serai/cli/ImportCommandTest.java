package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.capability.CatalogLoader;
import dev.serai.capability.SessionMode;
import dev.serai.invocation.Json;
import dev.serai.scenario.TinyStdioServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ImportCommandTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SCHEMA = "{ \"type\":\"object\", \"properties\" :"
            + " {\"b\":{\"type\":\"number\",\"minimum\":1.50},\"a\":{\"const\":1e3}} }";

    @TempDir
    Path home;

    private final ListingServer server = new ListingServer();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... more) throws IOException {
        Files.createDirectories(home.resolve("capabilities"));
        out.reset();
        err.reset();
        List<String> args = new ArrayList<>(List.of("import", "mcp"));
        args.addAll(Arrays.asList(more));
        return new Cli(new CliContext(
                        home,
                        new ByteArrayInputStream(new byte[0]),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        CatalogLoader::load,
                        LocalGateway::start))
                .run(args.toArray(String[]::new));
    }

    private void importAll() throws IOException {
        assertThat(run(server.url())).as("%s", err()).isZero();
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Path file() {
        return home.resolve("capabilities/listing-server.yaml");
    }

    private Catalog catalog() {
        return CatalogLoader.load(List.of(home.resolve("capabilities")));
    }

    private Capability found(String id) {
        Capability capability = catalog().find(id);
        if (capability == null) {
            throw new AssertionError(id + " is not declared: " + catalog().problems());
        }
        return capability;
    }

    private void edit(String text, String by) throws IOException {
        String before = Files.readString(file());
        assertThat(before).contains(text);
        Files.writeString(file(), before.replace(text, by));
    }

    @Test
    void aThousandToolsOnManyPagesBecomeOneFileOfDeclarations() throws IOException {
        server.pageSize = 90;
        server.tools = IntStream.range(0, 1_000)
                .mapToObj(i -> ListingServer.tool("tool_" + i, ""))
                .toList();

        importAll();

        assertThat(catalog().problems()).isEmpty();
        assertThat(catalog().all()).hasSize(1_000);
        assertThat(out().lines()).hasSize(1_000).contains("added: mcp.listing-server.tool_999");
        assertThat(server.seen)
                .filteredOn(line -> line.startsWith("tools/list"))
                .hasSize(12);
        assertThat(server.seen).last().isEqualTo("DELETE " + ListingServer.SESSION + " 2025-06-18");
    }

    @Test
    void aDeclarationHoldsWhatTheServerSaid() throws IOException {
        server.tools = List.of(
                "{\"name\":\"get\",\"title\":\"Get it\",\"description\":\"Gets: it\\n# all\",\"inputSchema\":" + SCHEMA
                        + ",\"outputSchema\":{\"type\":\"object\"},\"annotations\":{\"readOnlyHint\":true}}",
                ListingServer.tool("put", ",\"annotations\":{\"readOnlyHint\":false,\"idempotentHint\":false}"),
                ListingServer.tool("third", ""));

        importAll();

        Capability get = found("mcp.listing-server.get");
        assertThat(get.name()).isEqualTo("Get it");
        assertThat(get.description()).isEqualTo("Gets: it\n# all");
        assertThat(get.sessionMode()).isEqualTo(SessionMode.REQUIRED);
        assertThat(get.outputSchema()).isNotNull();
        assertThat(get.metadata())
                .containsEntry("mcp_server_url", server.url())
                .containsEntry("mcp_tool_name", "get")
                .containsEntry("mcp_protocol_version", "2025-06-18")
                .containsEntry("policy_idempotent", "true");
        assertThat(Files.readString(file())).contains(SCHEMA);
        assertThat(found("mcp.listing-server.put").metadata()).doesNotContainKey("policy_idempotent");
        assertThat(catalog().all()).hasSize(3);
    }

    @Test
    void aModernServerIsDeclaredWithoutASession() throws IOException {
        server.modern = true;
        server.tools = List.of(ListingServer.tool("get", ""));

        assertThat(run(server.url())).as("%s", err()).isZero();

        Capability get = found("mcp.new-one.get");
        assertThat(get.sessionMode()).isEqualTo(SessionMode.AUTO);
        assertThat(get.metadata()).containsEntry("mcp_protocol_version", "2026-07-28");
        assertThat(server.seen).noneMatch(line -> line.startsWith("initialize") || line.startsWith("DELETE"));
    }

    @Test
    void importingAgainTakesChangesAndLeavesWhatWasEdited() throws IOException {
        server.tools = List.of(
                ListingServer.tool("same", ",\"description\":\"one\""),
                ListingServer.tool("changes", ",\"description\":\"one\""),
                ListingServer.tool("edited", ",\"description\":\"one\""),
                ListingServer.tool("clash", ",\"description\":\"one clash\""),
                ListingServer.tool("goes", ""));
        importAll();
        edit("    name: same\n", "    # mine\n    name: same\n");
        edit("  - id: mcp.listing-server.edited\n    name: edited\n    description: one\n", """
              - id: team.edited
                name: edited
                description: our words
            """);
        edit("our words\n    metadata:\n", "our words\n    metadata:\n      policy: { timeout: 3s }\n");
        edit("one clash", "our clash");
        String edited = Files.readString(file());
        importAll();
        assertThat(Files.readString(file())).isEqualTo(edited);
        assertThat(err()).contains("is up to date");

        server.tools = List.of(
                ListingServer.tool("same", ",\"description\":\"one\""),
                "{\"name\":\"changes\",\"description\":\"one\",\"inputSchema\":" + SCHEMA + "}",
                "{\"name\":\"edited\",\"description\":\"one\",\"inputSchema\":" + SCHEMA + "}",
                ListingServer.tool("clash", ",\"description\":\"their clash\""),
                ListingServer.tool("comes", ""));
        importAll();

        assertThat(out().lines())
                .containsExactly(
                        "added: mcp.listing-server.comes",
                        "changed: mcp.listing-server.changes: input",
                        "changed: team.edited: input",
                        "removed: mcp.listing-server.goes");
        assertThat(err())
                .contains("kept: mcp.listing-server.clash: description was edited here and changed at the server");
        assertThat(Files.readString(file())).contains("    # mine\n    name: same\n");
        assertThat(found("team.edited").description()).isEqualTo("our words");
        assertThat(found("team.edited").metadata()).containsEntry("policy_timeout", "3s");
        assertThat(found("mcp.listing-server.clash").description()).isEqualTo("our clash");
        assertThat(catalog().all()).hasSize(5);
        assertThat(catalog().problems()).isEmpty();
    }

    @Test
    void whatAHostileServerSaysStaysText() throws IOException {
        server.tools = List.of(
                ListingServer.tool(
                        "a b/c", ",\"description\":\"\\u001b[31mred\\u202e\\u0000 *x !!java &a\\n- id: evil\""),
                ListingServer.tool("a?b/c", ""),
                ListingServer.tool("yes", ",\"title\":\"true\",\"description\":\"null\""),
                "{\"name\":\"bad\",\"inputSchema\":{\"type\":\"object\",\"$ref\":\"http://evil.example/x\"}}",
                ListingServer.tool("\\n- id: x", ""));

        assertThat(run(server.url())).isEqualTo(ExitCode.FAILED);

        assertThat(err())
                .contains("left out: mcp.listing-server.a_b_c: two tools of the server have names that give this id")
                .contains("left out: mcp.listing-server.bad: ");
        assertThat(catalog().problems()).isEmpty();
        assertThat(found("mcp.listing-server.a_b_c").description()).isEqualTo("[31mred *x !!java &a\n- id: evil");
        assertThat(found("mcp.listing-server.a_b_c").metadata()).containsEntry("mcp_tool_name", "a b/c");
        assertThat(found("mcp.listing-server.yes").name()).isEqualTo("true");
        assertThat(catalog().all()).hasSize(3);
    }

    @Test
    void aListWithoutEndIsAnError() throws IOException {
        server.tools = List.of(ListingServer.tool("a", ""));
        server.endless = true;

        assertThat(run(server.url())).isEqualTo(ExitCode.FAILED);

        assertThat(err()).contains("the server gives the same cursor twice: its list has no end");
        assertThat(file()).doesNotExist();
    }

    @Test
    void idsDeclaredElsewhereAreAnErrorThatAPrefixResolves() throws IOException {
        server.tools = List.of(ListingServer.tool("a", ""));
        importAll();

        assertThat(run(server.url(), "--name", "Other")).as("%s", err()).isZero();
        assertThat(run(
                        server.url(),
                        "--output",
                        home.resolve("capabilities/copy.yaml").toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err())
                .contains("declared elsewhere already: mcp.listing-server.a at ")
                .contains("--prefix");
        assertThat(run(
                        server.url(),
                        "--output",
                        home.resolve("capabilities/copy.yaml").toString(),
                        "--prefix",
                        "copy."))
                .isZero();

        assertThat(catalog().all())
                .extracting(Capability::id)
                .containsExactlyInAnyOrder("mcp.listing-server.a", "mcp.other.a", "copy.a");
    }

    @Test
    void aDryRunWritesNothing() throws IOException {
        server.tools = List.of(ListingServer.tool("a", ""));

        assertThat(run(server.url(), "--dry-run")).isZero();

        assertThat(out()).isEqualToNormalizingNewlines("added: mcp.listing-server.a\n");
        assertThat(file()).doesNotExist();
    }

    @Test
    void aTokenThatIsMissingIsAskedFor() throws IOException {
        server.token = "t0ken";

        assertThat(run(server.url())).isEqualTo(ExitCode.FAILED);

        assertThat(err())
                .contains("the server answered 401: name the environment variable with its token by --auth-env");
    }

    @Test
    void whatIsNotThereIsSaid() throws IOException {
        String url = server.url();
        server.close();
        assertThat(run(url)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run("stdio:none")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err()).contains("lists no server serai.stdio.none.command");
        assertThat(run("ftp://x")).isEqualTo(ExitCode.USAGE);
        assertThat(run("http://user@host/")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aFileThatImportDidNotWriteIsLeftAlone() throws IOException {
        server.tools = List.of(ListingServer.tool("a", ""));
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "capabilities: [ { id: x.y } ]\n");

        assertThat(run(server.url())).isEqualTo(ExitCode.FAILED);

        assertThat(err()).contains("cannot be brought up to date: expected the form that import writes");
        assertThat(Files.readString(file())).isEqualTo("capabilities: [ { id: x.y } ]\n");
    }

    @Test
    void aListedServerIsImportedOverStdio() throws IOException {
        int exit = run(
                "stdio:tiny",
                "-D",
                "serai.stdio.tiny.command=" + TinyStdioServer.java(),
                "-D",
                "serai.stdio.tiny.args="
                        + Json.MAPPER.writeValueAsString(TinyStdioServer.arguments(home.resolve("starts"))));

        assertThat(exit).as("%s", err()).isZero();
        assertThat(found("mcp.tiny.echo").metadata()).containsEntry("mcp_server_url", "stdio:tiny");
        assertThat(Files.readAllLines(home.resolve("starts"))).hasSize(1);
    }

    @Test
    void aServerIsAskedByTheOperatorsProxyWhichLooksItsNameUp() throws IOException {
        server.tools = List.of(ListingServer.tool("a", ""));
        String proxy = server.url().replace("/mcp", "");

        int exit = run("http://tools.invalid/mcp", "-D", "serai.upstream.proxy=" + proxy);

        assertThat(exit).as("%s", err()).isZero();
        assertThat(found("mcp.listing-server.a").metadata())
                .containsEntry("mcp_server_url", "http://tools.invalid/mcp");
        assertThat(run(
                        "http://tools.invalid/mcp",
                        "-D",
                        "serai.upstream.proxy=" + proxy,
                        "-D",
                        "serai.upstream.no-proxy=.invalid"))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run("http://tools.invalid/mcp", "-D", "serai.upstream.proxy=tools"))
                .isNotZero();
        assertThat(err()).contains("serai.upstream.proxy: expected http://host:port");
    }

    @Test
    void watchingTakesUpWhatTheServerOffersNext() throws Exception {
        server.tools = List.of(ListingServer.tool("a", ""));
        Thread watching = new Thread(() -> {
            try {
                run(server.url(), "--watch");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        watching.start();
        try {
            await().atMost(PATIENCE).until(() -> server.seen.stream().anyMatch(line -> line.startsWith("GET ")));
            server.tools = List.of(ListingServer.tool("a", ""), ListingServer.tool("b", ""));
            server.events.add("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");

            await().atMost(PATIENCE).until(() -> Files.readString(file()).contains("mcp.listing-server.b"));
        } finally {
            server.close();
            watching.join(PATIENCE.toMillis());
        }
        assertThat(watching.isAlive()).isFalse();
    }
}
