package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Capability;
import dev.serai.capability.CatalogLoader;
import dev.serai.gateway.TestGateway;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that means harm is imported, and what came of it is listed, served and called. */
@Timeout(120)
class HostileImportTest {
    private static final int MEBI = 1 << 20;
    private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"_meta\":"
            + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

    @TempDir
    Path home;

    private final ListingServer server = new ListingServer();
    private final ListingServer elsewhere = new ListingServer();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void stop() {
        server.close();
        elsewhere.close();
    }

    private int run(String... args) throws IOException {
        Files.createDirectories(home.resolve("capabilities"));
        out.reset();
        err.reset();
        return new Cli(new CliContext(
                        home,
                        new ByteArrayInputStream(new byte[0]),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        CatalogLoader::load,
                        LocalGateway::start))
                .run(args);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    private Path file() {
        return home.resolve("capabilities/listing-server.yaml");
    }

    private static String tools(int count, String prefix) {
        return IntStream.range(0, count)
                .mapToObj(i -> ListingServer.tool(prefix + i, ""))
                .collect(Collectors.joining(",", "{\"tools\":[", "]"));
    }

    private void isRefused(String why) throws IOException {
        assertThat(run("import", "mcp", server.url())).isEqualTo(ExitCode.FAILED);
        assertThat(printed()).contains(why);
        assertThat(file()).doesNotExist();
    }

    @Test
    void aListOfEverNewPagesIsGivenUp() throws IOException {
        server.pages = number -> tools(10_000, "t" + number + "_") + ",\"nextCursor\":\"" + number + "\"}";

        isRefused("the server offers more than 100000 tools");

        assertThat(server.seen)
                .filteredOn(line -> line.startsWith("tools/list"))
                .hasSize(11);
    }

    @Test
    void aPageOfMoreToolsThanMayBeIsGivenUp() throws IOException {
        server.pages = number -> tools(100_001, "t") + "}";

        isRefused("the server offers more than 100000 tools");
    }

    @Test
    void cursorsAreBoundedTogetherAsToolsAre() throws IOException {
        server.pages = number -> tools(1, "t" + number) + ",\"nextCursor\":\"" + number + "x".repeat(8 * MEBI) + "\"}";

        isRefused("the server offers more than ");

        assertThat(server.seen)
                .filteredOn(line -> line.startsWith("tools/list"))
                .hasSize(6);
    }

    @Test
    void aPageThatIsTooLargeIsGivenUp() throws IOException {
        server.pages = number -> "{\"tools\":[],\"more\":\"" + "x".repeat(17 * MEBI) + "\"}";

        isRefused("the server's answer is larger than ");
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        server.redirect = elsewhere.url();

        isRefused("the server answered 307");

        assertThat(elsewhere.seen).isEmpty();
    }

    @Test
    void noSchemaIsFetchedAtImportCheckOrCall() throws IOException {
        String url = elsewhere.url();
        List<String> remote = List.of(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"" + url + "\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$dynamicRef\":\"" + url + "#x\"}}}",
                "{\"type\":\"object\",\"$id\":\"" + url + "\",\"properties\":{\"a\":{\"$ref\":\"other.json\"}}}",
                "{\"type\":\"object\",\"$schema\":\"" + url + "\",\"properties\":{\"a\":{\"type\":\"string\"}}}",
                "{\"type\":\"object\",\"allOf\":[{\"$schema\":\"" + url + "\",\"$id\":\"" + url
                        + "/2\",\"minProperties\":1}]}");
        List<String> endless = List.of(
                "{\"type\":\"object\",\"$defs\":{\"r\":{\"$ref\":\"#/$defs/s\"},\"s\":{\"$ref\":\"#/$defs/r\"}},"
                        + "\"properties\":{\"a\":{\"$ref\":\"#/$defs/r\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}}}",
                "{\"$ref\":\"#\"}");
        List<String> schemas = Stream.concat(remote.stream(), endless.stream()).toList();
        server.tools = IntStream.range(0, schemas.size())
                .mapToObj(i -> "{\"name\":\"t" + i + "\",\"inputSchema\":" + schemas.get(i) + "}")
                .toList();
        server.pageSize = schemas.size();

        assertThat(run("import", "mcp", server.url())).isEqualTo(ExitCode.FAILED);

        assertThat(err.toString(StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("left out: ")))
                .hasSize(remote.size());
        assertThat(run("check")).isZero();
        List<Capability> all =
                CatalogLoader.load(List.of(home.resolve("capabilities"))).all();
        assertThat(all).hasSize(endless.size());
        try (TestGateway gateway = TestGateway.in(home).start()) {
            for (Capability each : all) {
                var answer = gateway.post(each.id(), "{\"a\":{\"a\":{\"a\":1}}}");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
                assertThat(answer.body()).contains("invalid_arguments");
            }
        }
        assertThat(elsewhere.seen).isEmpty();
    }

    @Test
    void nothingThatSteersATerminalIsPrintedOrOffered() throws IOException {
        String harm = "\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m\\r\\b\\u0000\\u202ehidden\\u200b\\ud83d\\ude00";
        server.tools = List.of(
                ListingServer.tool("good", ",\"title\":\"T" + harm + "\",\"description\":\"D" + harm + "\""),
                ListingServer.tool("n" + harm, ""),
                ListingServer.tool("n" + harm, ""),
                "{\"name\":\"bad" + harm + "\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\""
                        + harm + "\"}}}}");
        server.pageSize = 10;

        assertThat(run("import", "mcp", server.url())).isEqualTo(ExitCode.FAILED);
        isPlain("left out: ");
        assertThat(run("list")).isZero();
        isPlain("D[2J]0;owned31mhidden😀");
        assertThat(run("show", "mcp.listing-server.good")).isZero();
        isPlain("T[2J]0;owned31mhidden😀");
        assertThat(run("check")).isZero();
        isPlain("has the unknown type \" [2J ]0;owned  31m    hidden 😀\"");
        try (TestGateway gateway = TestGateway.in(home).start()) {
            var listed = gateway.send(
                    HttpRequest.newBuilder(URI.create(gateway.gateway().url() + "/mcp"))
                            .header("Content-Type", "application/json")
                            .header("Accept", "application/json, text/event-stream")
                            .header("MCP-Protocol-Version", "2026-07-28")
                            .header("Mcp-Method", "tools/list")
                            .POST(HttpRequest.BodyPublishers.ofString(LIST))
                            .build());
            JsonNode tools = TestGateway.tree(listed.body()).at("/result/tools");
            assertThat(tools).hasSize(3);
            for (JsonNode tool : tools) {
                isPlain(
                        tool.path("name").asText()
                                + tool.path("title").asText()
                                + tool.path("description").asText(),
                        "");
            }
        }
    }

    private void isPlain(String holding) {
        isPlain(printed(), holding);
    }

    private static void isPlain(String text, String holding) {
        assertThat(text).contains(holding);
        assertThat(text.codePoints()
                        .filter(c ->
                                c != '\n' && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)))
                .as(text)
                .isEmpty();
    }
}
