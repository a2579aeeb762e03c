package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.capability.CatalogLoader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Descriptions of HTTP APIs become declarations, and broken ones become errors. */
@Timeout(120)
class OpenApiImportTest {
    private static final Path DESCRIPTIONS = Path.of("src/test/resources/openapi");

    @TempDir
    Path home;

    private CommandLine last = new CommandLine(0, "", "");

    private int run(String... more) throws IOException {
        Files.createDirectories(home.resolve("capabilities"));
        List<String> args = new ArrayList<>(List.of("import", "openapi"));
        args.addAll(Arrays.asList(more));
        last = CommandLine.runIn(home, args.toArray(String[]::new));
        return last.exitCode();
    }

    private String told() {
        return last.err();
    }

    private Capability declared(String id) {
        Catalog catalog = CatalogLoader.load(List.of(home.resolve("capabilities")));
        assertThat(catalog.problems()).isEmpty();
        Capability found = catalog.find(id);
        assertThat(found).as(id).isNotNull();
        return Objects.requireNonNull(found);
    }

    private static JsonNode parameters(Capability capability) {
        return CliFixture.json(capability.metadata().getOrDefault("openapi_parameters", ""));
    }

    private static String pets() {
        return DESCRIPTIONS.resolve("pets.yaml").toString();
    }

    private String file(String text) throws IOException {
        return Files.writeString(home.resolve("description.json"), text).toString();
    }

    @Test
    void everyOperationIsACapabilityAndWhatCannotBeOneIsNamed() throws IOException {
        assertThat(run(pets())).isEqualTo(ExitCode.FAILED);

        assertThat(last.out().lines())
                .containsExactly(
                        "added: openapi.pet-shop.pets_get",
                        "added: openapi.pet-shop.pets_remove",
                        "added: openapi.pet-shop.pets_add",
                        "added: openapi.pet-shop.post_pets_photo",
                        "added: openapi.pet-shop.twice",
                        "added: openapi.pet-shop..._.._etc_pass_wd");
        assertThat(told())
                .contains("left out: openapi.pet-shop.far: $ref \"https://far.example.com/p.yaml#/p\" leads out of")
                .contains("left out: openapi.pet-shop.circle: $ref \"#/components/parameters/a\" leads back to itself")
                .contains("left out: openapi.pet-shop.POST__twice: another operation has the operationId twice");
        try (var files = Files.list(home.resolve("capabilities"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("pet-shop.yaml");
        }
    }

    @Test
    void aDeclarationSaysWhereArgumentsGoAndHowTheServerAuthenticates() throws IOException {
        run(pets());

        Capability get = declared("openapi.pet-shop.pets_get");
        assertThat(get.metadata())
                .containsEntry("openapi_server_url", "http://127.0.0.1:1/v1")
                .containsEntry("openapi_method", "GET")
                .containsEntry("openapi_path", "/pets/{petId}")
                .containsEntry("openapi_auth_env_var", "PET_SHOP_API_KEY")
                .containsEntry("openapi_auth_scheme", "header")
                .containsEntry("openapi_auth_name", "X-Api-Key")
                .containsEntry("policy_idempotent", "true");
        assertThat(parameters(get)).isEqualTo(CliFixture.json("""
                        [{"name":"petId","in":"path"},
                         {"name":"fields","in":"query","style":"pipeDelimited","explode":false},
                         {"name":"X-Trace","in":"header"},
                         {"name":"petId","in":"query","argument":"petId_query"},
                         {"name":"filter","in":"query","json":true}]"""));
        assertThat(get.arguments().json()).isEqualTo(CliFixture.json("""
                        {"type":"object","required":["petId"],"additionalProperties":false,"properties":{
                          "petId":{"type":"integer","exclusiveMinimum":0},
                          "fields":{"type":"array","items":{"type":"string"}},
                          "X-Trace":{"type":"string"},
                          "petId_query":{"type":["string","null"]},
                          "filter":{"type":"object"}}}"""));
        assertThat(get.description()).isEqualTo("Get a pet\n\nGets one of the pets.");
        assertThat(declared("openapi.pet-shop.pets_remove").description()).startsWith("Deprecated.");
    }

    @Test
    void aSchemaThatContainsItselfStandsForItself() throws IOException {
        run(pets());

        assertThat(declared("openapi.pet-shop.pets_add").arguments().json()).isEqualTo(CliFixture.json("""
                        {"type":"object","required":["body"],"additionalProperties":false,
                         "properties":{"body":{"$ref":"#/$defs/Pet"}},
                         "$defs":{"Pet":{"type":"object","required":["name"],"properties":{
                           "id":{"type":"integer"},"name":{"type":"string"},"friend":{"$ref":"#/$defs/Pet"}}}}}"""));
        assertThat(declared("openapi.pet-shop.post_pets_photo").metadata())
                .containsEntry("openapi_body_type", "multipart/form-data")
                .containsEntry("openapi_body_files", "[\"photo\"]");
    }

    @Test
    void anOldDescriptionIsReadToo() throws IOException {
        assertThat(run(DESCRIPTIONS.resolve("shop-v2.json").toString()))
                .as(told())
                .isZero();

        Capability list = declared("openapi.old-shop.listItems");
        assertThat(list.metadata())
                .containsEntry("openapi_server_url", "https://shop.example.com/api")
                .containsEntry("openapi_auth_scheme", "basic")
                .containsEntry("openapi_auth_env_var", "OLD_SHOP_LOGIN");
        assertThat(parameters(list)).isEqualTo(CliFixture.json("""
                        [{"name":"tags","in":"query","explode":false,"style":"spaceDelimited"},
                         {"name":"ids","in":"query"}]"""));
        assertThat(declared("openapi.old-shop.addItem").metadata())
                .containsEntry("openapi_oauth_token_url", "https://login.example.com/token")
                .containsEntry("openapi_oauth_scope", "read")
                .containsEntry("openapi_body_argument", "body");
        assertThat(declared("openapi.old-shop.upload").metadata())
                .containsEntry("openapi_body_type", "multipart/form-data")
                .containsEntry("openapi_body_files", "[\"file\"]");
    }

    @Test
    void aSecondImportShowsWhatChangedAndKeepsWhatWasEdited() throws IOException {
        String first = Files.readString(Path.of(pets()));
        Path description = Files.writeString(home.resolve("pets.yaml"), first);
        run(description.toString());
        run(description.toString());
        assertThat(told()).contains("is up to date");
        Path file = home.resolve("capabilities/pet-shop.yaml");
        Files.writeString(file, Files.readString(file).replace("Gets one of the pets.", "My words."));
        Files.writeString(
                description,
                first.replace("operationId: pets/remove", "operationId: pets/drop")
                        .replace("description: Gets one", "description: Fetches one")
                        .replace("style: pipeDelimited", "style: spaceDelimited"));

        run(description.toString());

        assertThat(last.out().lines())
                .containsExactly(
                        "added: openapi.pet-shop.pets_drop",
                        "changed: openapi.pet-shop.pets_get: parameters",
                        "removed: openapi.pet-shop.pets_remove");
        assertThat(told()).contains("kept: openapi.pet-shop.pets_get: description was edited here");
        assertThat(declared("openapi.pet-shop.pets_get").description()).contains("My words.");
    }

    @Test
    void whatIsNoDescriptionIsAnErrorThatSaysWhy() throws IOException {
        String[][] wrong = {
            {"{\"openapi\":\"3.0.0\",\n\"paths\":", "description.json:2: not JSON"},
            {"openapi: [3\npaths: }", "description.json:2: not YAML"},
            {"[]", "expected an object"},
            {"{\"openapi\":\"4.0.0\",\"paths\":{}}", "expected openapi 3.0 or 3.1, or swagger 2.0"},
            {"{\"openapi\":\"3.1.0\"}", "expected paths"},
            {"a: &a [x, x]\nb: &b [*a, *a]\nopenapi: 3.1.0\npaths: {}", "aliases"},
            {"[".repeat(200_000), "too deep"},
            {"{\"a\":" + "[".repeat(200_000), "not JSON"},
        };
        for (String[] each : wrong) {
            assertThat(run(file(each[0]), "--server", "http://127.0.0.1:1"))
                    .as(each[1])
                    .isNotZero();
            assertThat(told()).contains(each[1]);
        }
        assertThat(run(home.resolve("absent.yaml").toString())).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run(file("{\"openapi\":\"3.1.0\",\"paths\":{}}"))).isEqualTo(ExitCode.USAGE);
        assertThat(told()).contains("--server");
        try (var files = Files.list(home.resolve("capabilities"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void nothingButTheDescriptionIsAskedForAndItsSizeIsBounded() throws IOException {
        AtomicInteger elsewhere = new AtomicInteger();
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            elsewhere.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        other.start();
        String there = "http://127.0.0.1:" + other.getAddress().getPort();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", there);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/refs", exchange -> {
            byte[] text = ("{\"openapi\":\"3.1.0\",\"paths\":{\"/a\":{\"$ref\":\"" + there
                            + "/a\"},\"/b\":{\"get\":{\"operationId\":\"b\",\"requestBody\":{\"$ref\":\"" + there
                            + "/b\"}}},\"/c\":{\"get\":{\"operationId\":\"c\"}}}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.createContext("/large", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] blanks = new byte[1 << 20];
            Arrays.fill(blanks, (byte) ' ');
            try (OutputStream body = exchange.getResponseBody()) {
                for (int i = 0; i < 50; i++) {
                    body.write(blanks);
                }
            } catch (IOException e) {
                // Who has heard enough hangs up.
            }
        });
        server.start();
        String here = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            assertThat(run(here + "/moved")).isEqualTo(ExitCode.FAILED);
            assertThat(told()).contains("302: redirects are not followed");
            assertThat(run(here + "/refs")).isEqualTo(ExitCode.FAILED);
            assertThat(last.out()).isEqualTo("added: openapi.127-0-0-1.c\n");
            assertThat(run(here + "/large")).isEqualTo(ExitCode.FAILED);
            assertThat(told()).contains("larger than 33554432 bytes");
            assertThat(elsewhere).hasValue(0);
        } finally {
            server.stop(0);
            other.stop(0);
        }
    }

    @Test
    void aTitleChoosesNoPlaceAndASchemaWithoutEndIsLeftOut() throws IOException {
        String deep = "{\"type\":\"object\",\"properties\":{\"a\":".repeat(150) + "{}" + "}}".repeat(150);
        String body = "\"requestBody\":{\"content\":{\"application/json\":{\"schema\":" + deep + "}}}";
        String description = file("{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"../../../tmp/Evil\\u0000\\u001b[2J\"},"
                + "\"servers\":[{\"url\":\"http://127.0.0.1:1\"}],\"paths\":{\"/deep\":{\"post\":{\"operationId\":\"deep\","
                + body
                + "}},\"/odd/{id}\":{\"get\":{\"operationId\":\"odd\",\"summary\":\"red\\u001b[31m\"}}}}");

        assertThat(run(description)).isEqualTo(ExitCode.FAILED);

        assertThat(told()).contains("left out: openapi.tmp-evil-2j.deep: its schema is more than 90 levels deep");
        assertThat(last.out()).isEqualTo("added: openapi.tmp-evil-2j.odd\n");
        assertThat(home.resolve("capabilities/tmp-evil-2j.yaml")).content().doesNotContain("\u001b", "\\e");
        assertThat(declared("openapi.tmp-evil-2j.odd")
                        .arguments()
                        .json()
                        .path("required")
                        .toString())
                .as("what the path needs, though no parameter says so")
                .isEqualTo("[\"id\"]");
    }
}
