package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers of npm are imported by the command, and what they offer is listed and called. */
@Tag("integration")
@Timeout(240)
class ImportedServersTest {
    @TempDir
    Path capabilities;

    @BeforeAll
    static void copy() throws IOException {
        Peers.copyScripts();
    }

    private Launcher.Run serai(String... verb) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(verb));
        all.addAll(List.of("--capabilities", capabilities.toString()));
        return Launcher.serai(all.toArray(String[]::new));
    }

    private void importAs(String name, URI uri) throws IOException, InterruptedException {
        Launcher.Run run = serai("import", "mcp", uri.toString(), "--name", name);
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("added: mcp." + name + ".echo");
    }

    private void says(String expected, String id, String arguments) throws IOException, InterruptedException {
        Launcher.Run run = serai("call", id, arguments);
        assertThat(run.out()).as(run.err()).isEqualTo("\"" + expected + "\"");
    }

    @Test
    void serversOfBothErasAreImportedListedAndCalled() throws Exception {
        try (NpmServer everything = ServerEverything.start();
                NpmServer dual = Peers.server("bridge-v2-server.mjs", "stateless");
                NpmServer modern = Peers.server("bridge-v2-server.mjs", "reject");
                NpmServer stateless = Peers.server("bridge-stateless-server.mjs")) {
            importAs("everything", everything.uri(ServerEverything.PATH));
            importAs("dual", dual.uri("/mcp"));
            importAs("modern", modern.uri("/mcp"));
            importAs("stateless", stateless.uri("/mcp"));

            Launcher.Run listed = serai("list");
            for (String name : List.of("everything", "dual", "modern", "stateless")) {
                assertThat(listed.out()).contains("mcp." + name + ".echo");
                says("Echo: " + name, "mcp." + name + ".echo", "{\"message\":\"" + name + "\"}");
            }
            assertThat(listed.out()).doesNotContain("no: ");
            assertThat(Files.readString(capabilities.resolve("everything.yaml")))
                    .contains("requires_session: true", "2025-11-25");
            for (String name : List.of("dual", "modern")) {
                assertThat(Files.readString(capabilities.resolve(name + ".yaml")))
                        .contains("requires_session: auto", "2026-07-28");
            }
        }
    }

    @Test
    void aThousandToolsAreImportedAndImportedAgainWhenTheServerOffersOthers() throws Exception {
        try (NpmServer server = Peers.server("import-server.mjs")) {
            String[] command = {"import", "mcp", server.uri("/mcp").toString()};
            Launcher.Run imported = serai(command);
            assertThat(imported.exit()).as(imported.err()).isZero();
            assertThat(imported.out().lines()).hasSize(1_000).allMatch(line -> line.startsWith("added: mcp.thousand."));
            assertThat(serai("list").out().lines().filter(line -> line.contains("mcp.thousand.tool_")))
                    .hasSize(1_000);
            says("7: caravan", "mcp.thousand.tool_7", "{\"word\":\"caravan\"}");

            Path file = capabilities.resolve("thousand.yaml");
            String before = Files.readString(file);
            assertThat(before).contains("Says 2\n", "Says 3\n");
            Files.writeString(file, before.replace("Says 2\n", "Our two\n").replace("Says 3\n", "Our three\n"));
            get(server.uri("/change"));
            Launcher.Run again = serai(command);

            assertThat(again.exit()).as(again.err()).isZero();
            assertThat(again.out().lines())
                    .containsExactlyInAnyOrder(
                            "added: mcp.thousand.tool_1000",
                            "changed: mcp.thousand.tool_1: input",
                            "removed: mcp.thousand.tool_0");
            assertThat(again.err()).contains("kept: mcp.thousand.tool_2: description was edited here");
            assertThat(Files.readString(file)).contains("Our two\n", "Our three\n");
            says("1: caravan x2", "mcp.thousand.tool_1", "{\"word\":\"caravan\",\"times\":2}");
            assertThat(serai(command).err()).contains("is up to date");
        }
    }

    private static void get(URI uri) throws IOException, InterruptedException {
        TestHttp.send(HttpRequest.newBuilder(uri).build());
    }
}
