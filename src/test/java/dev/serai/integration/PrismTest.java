package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Imported operations, called at Prism, which refuses a request that its description does not allow. */
@Tag("integration")
@Timeout(300)
class PrismTest {
    private static final Path GITHUB =
            Path.of("target/integration/node_modules/@octokit/openapi/generated/api.github.com.json");
    private static final String PRISM = "@stoplight/prism-cli/dist/index.js";
    private static final Path PETS = Path.of("src/test/resources/openapi/prism.yaml");

    /** Operations with path, query and body, and arguments that the description allows. */
    private static final Map<String, String> CALLS = new LinkedHashMap<>(Map.of(
            "issues/list-for-repo",
                    "{\"owner\":\"o\",\"repo\":\"r\",\"state\":\"closed\",\"per_page\":5,\"labels\":\"a,b\"}",
            "issues/create", "{\"owner\":\"o\",\"repo\":\"r\",\"body\":{\"title\":\"It broke\",\"labels\":[\"bug\"]}}",
            "issues/update", "{\"owner\":\"o\",\"repo\":\"r\",\"issue_number\":7,\"body\":{\"state\":\"closed\"}}",
            "repos/get", "{\"owner\":\"o\",\"repo\":\"r\"}",
            "repos/get-content", "{\"owner\":\"o\",\"repo\":\"r\",\"path\":\"docs/a b.md\"}",
            "users/get-by-username", "{\"username\":\"octo cat\"}",
            "search/repos", "{\"q\":\"camel language:java\",\"sort\":\"stars\"}",
            "gists/create", "{\"body\":{\"public\":false,\"files\":{\"a.txt\":{\"content\":\"hi\"}}}}",
            "repos/delete", "{\"owner\":\"o\",\"repo\":\"r\"}",
            "activity/star-repo-for-authenticated-user", "{\"owner\":\"o\",\"repo\":\"r\"}"));

    @TempDir
    Path folder;

    private Launcher.Run imported(Path description, Path to, String server) throws IOException, InterruptedException {
        return Launcher.serai(
                "import",
                "openapi",
                description.toAbsolutePath().toString(),
                "--name",
                "api",
                "--server",
                server,
                "--auth-env",
                "API_TOKEN",
                "--output",
                to.toAbsolutePath().toString());
    }

    private TestGateway gateway(Path declarations, NpmServer prism) {
        return TestGateway.in(folder.resolve("gateway"))
                .capabilities(declarations)
                .capabilities("any.yaml", """
                        capabilities:
                          - id: any.pets
                            metadata:
                              rest: { server_url: "%1$s", path: "/owners/{owner}/pets", auth_env_var: API_TOKEN,
                                      auth_scheme: header, auth_name: X-Api-Key }
                          - { id: any.stranger, metadata: { rest: { server_url: "%1$s", path: "/owners/7/pets" } } }
                          - { id: any.gist, metadata: { rest: { server_url: "%1$s", method: POST, path: /gists } } }
                        """.formatted(prism.uri("")))
                .environment("API_TOKEN", "a-token")
                .start();
    }

    @Test
    void parametersAndBodiesAreAsTheDescriptionSays() throws Exception {
        Path declarations = folder.resolve("declarations");
        try (NpmServer prism =
                NpmServer.start(PRISM, "mock", "--errors", PETS.toAbsolutePath().toString())) {
            Launcher.Run run = imported(PETS, declarations, prism.uri("").toString());
            assertThat(run.exit()).as(run.err()).isZero();
            try (TestGateway gateway = gateway(declarations, prism)) {
                works(
                        gateway,
                        "openapi.api.find",
                        "{\"owner\":7,\"tags\":[\"a\",\"b\"],\"size\":{\"min\":1},\"trace\":\"t\",\"limit\":3}");
                works(gateway, "openapi.api.add", "{\"body\":{\"name\":\"Rex\",\"friends\":[{\"name\":\"Bo\"}]}}");
                works(gateway, "openapi.api.form", "{\"body\":{\"name\":\"a b&c\",\"age\":3}}");
                works(gateway, "openapi.api.photo", "{\"body\":{\"note\":\"n\",\"photo\":\"AQL/\"}}");
                HttpResponse<String> refused = gateway.post("any.pets", "{\"owner\":\"nobody\"}");
                assertThat(refused.statusCode()).as("Prism does look").isEqualTo(502);
                assertThat(refused.body()).contains("the upstream answered 422");
                assertThat(gateway.post("any.stranger", "{}").body()).contains("upstream_unauthorized");
            }
        }
    }

    private static void works(TestGateway gateway, String id, String arguments) {
        HttpResponse<String> answer = gateway.post(id, arguments);
        assertThat(answer.statusCode()).as("%s: %s", id, answer.body()).isEqualTo(200);
    }

    @Test
    void githubsWholeDescriptionIsImportedInSecondsAndItsOperationsWork() throws Exception {
        Path all = folder.resolve("all");
        long begun = System.nanoTime();
        Launcher.Run run = imported(GITHUB, all, "http://127.0.0.1:1");
        long millis = (System.nanoTime() - begun) / 1_000_000;
        long added =
                run.out().lines().filter(line -> line.startsWith("added: ")).count();
        System.out.println("imported " + added + " operations in " + millis + " ms; left out: "
                + run.err()
                        .lines()
                        .filter(line -> line.startsWith("left out: "))
                        .toList());
        assertThat(added).as(run.err()).isGreaterThan(1_000);

        Path few = Files.writeString(folder.resolve("few.json"), few().toString());
        Path declarations = folder.resolve("declarations");
        try (NpmServer prism = NpmServer.start(PRISM, "mock", few.toString())) {
            assertThat(imported(few, declarations, prism.uri("").toString()).exit())
                    .isZero();
            try (TestGateway gateway = gateway(declarations, prism)) {
                CALLS.forEach((operation, arguments) ->
                        works(gateway, "openapi.api." + operation.replace('/', '_'), arguments));
                HttpResponse<String> refused = gateway.post("any.gist", "{\"files\":7}");
                assertThat(refused.body()).as("Prism does look").contains("the upstream answered 422");
            }
        }
    }

    /** The description of the operations that are called, and what they refer to: Prism reads all that there is. */
    private static ObjectNode few() throws IOException {
        JsonNode root = Json.MAPPER.readTree(Files.readAllBytes(GITHUB));
        ObjectNode few = JsonNodeFactory.instance.objectNode();
        few.set("openapi", root.path("openapi"));
        few.set("info", root.path("info"));
        ObjectNode paths = few.putObject("paths");
        for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (CALLS.containsKey(operation.getValue().path("operationId").asText())) {
                    paths.withObject("/" + path.getKey().replace("~", "~0").replace("/", "~1"))
                            .set(operation.getKey(), operation.getValue());
                }
            }
        }
        assertThat(paths.findValuesAsText("operationId")).hasSize(CALLS.size());
        Deque<JsonNode> open = new ArrayDeque<>(List.of(paths));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            for (String ref : open.pop().findValuesAsText("$ref")) {
                if (seen.add(ref)) {
                    JsonNode found = root.at(JsonPointer.compile(ref.substring(1)));
                    int last = ref.lastIndexOf('/');
                    few.withObject(ref.substring(1, last)).set(ref.substring(last + 1), found);
                    open.push(found);
                }
            }
        }
        return few;
    }
}
