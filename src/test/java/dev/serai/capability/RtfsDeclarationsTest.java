package dev.serai.capability;

import static dev.serai.capability.DeclarationFixture.the;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RtfsDeclarationsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DeclarationFixture declarations;

    RtfsDeclarationsTest(@TempDir Path folder) {
        this.declarations = new DeclarationFixture(folder);
    }

    @Test
    void anIntrospectedGetMeHasSevenKeysOfItsProviderAndFourOfItsDiscovery() {
        Capability me = the(DeclarationFixture.samples(), "mcp.forge.get_me");

        assertThat(me.metadata()).hasSize(11);
        assertThat(me.metadata().keySet().stream().filter(key -> key.startsWith("mcp_")))
                .hasSize(7);
        assertThat(me.metadata().keySet().stream().filter(key -> key.startsWith("discovery_")))
                .hasSize(4);
        assertThat(me.sessionMode()).isEqualTo(SessionMode.AUTO);
        assertThat(me.provider()).isEqualTo("mcp");
    }

    @Test
    void nestedMetadataBecomeFlatKeys() {
        Capability books = the(DeclarationFixture.samples(), "mcp.shelf.add_books");

        assertThat(books.metadata().keySet())
                .containsExactly(
                        "discovery_capability_type",
                        "discovery_created_at",
                        "discovery_method",
                        "discovery_source_url",
                        "mcp_auth_env_var",
                        "mcp_protocol_version",
                        "mcp_requires_session",
                        "mcp_server_name",
                        "mcp_server_url",
                        "mcp_server_url_override_env",
                        "mcp_tool_name");
        assertThat(books.provider()).isEqualTo("mcp");
        assertThat(books.sessionMode()).isEqualTo(SessionMode.AUTO);
        assertThat(books.sessionKey()).isEqualTo("mcp_requires_session");
        assertThat(books.description()).isEqualTo("Put books on a shelf – one or many \"titles\"");
        assertThat(books.source().line()).isEqualTo(2);
    }

    @Test
    void optionalMarksInCommentsAreKept() throws Exception {
        Capability books = the(DeclarationFixture.samples(), "mcp.shelf.add_books");

        assertThat(books.arguments().json()).isEqualTo(JSON.readTree("""
                {"type":"object","properties":{"shelf":{"type":"string"},"position":{"type":"number"},
                 "labels":{"type":"array","items":{"type":"string"}},
                 "books":{"type":"array","items":{"type":"object","properties":{"title":{"type":"string"},
                  "year":{"type":"integer"}},"required":["title"]}}},"required":["shelf","books"]}"""));
        assertThat(books.outputSchema()).isEqualTo(JSON.readTree("{}"));
    }

    @Test
    void flatLegacyAndProviderMapMetadataMeanTheSame() {
        Catalog samples = DeclarationFixture.samples();

        assertThat(the(samples, "shelf.flat").metadata())
                .containsEntry("mcp_server_url", "https://shelf.example.org/mcp/")
                .containsEntry("mcp_requires_session", "auto")
                .containsEntry("mcp_auth_env_var", "SHELF_TOKEN");
        Capability legacy = the(samples, "shelf/group.legacy");
        assertThat(legacy.metadata()).containsEntry("mcp_tool_name", "legacy");
        assertThat(legacy.provider()).isEqualTo("mcp");
        assertThat(legacy.sessionMode()).isEqualTo(SessionMode.NONE);
        Capability mapped = the(samples, "shelf.provider_map");
        assertThat(mapped.metadata())
                .containsEntry("mcp_timeout_seconds", "30")
                .containsEntry("mcp_server_url", "https://shelf.example.org/mcp/");
        assertThat(mapped.sessionMode()).isEqualTo(SessionMode.REQUIRED);
    }

    @Test
    void vectorTypesBecomeJsonSchema() throws Exception {
        Capability mapped = the(DeclarationFixture.samples(), "shelf.provider_map");

        assertThat(mapped.arguments().json()).isEqualTo(JSON.readTree("""
                {"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"},
                 "c":{"type":"array","items":{"type":"string"}},"d":{"type":"integer"},"e":{"type":"boolean"},
                 "f":{"anyOf":[{"type":"string"},{"type":"integer"}]},"g":{"enum":["OPEN","CLOSED"]},
                 "h":{"type":"integer","exclusiveMinimum":0},"i":{"type":"string","minLength":1,"maxLength":9}},
                 "required":["a","f","g","h","i"]}"""));
    }

    @Test
    void aDescriptionPastedIntoTheImplementationDoesNoHarm() {
        Catalog samples = DeclarationFixture.samples();

        assertThat(the(samples, "shelf.leaked").description()).contains("- \"short\": two weeks\n");
        assertThat(the(samples, "shelf.unbalanced")
                        .arguments()
                        .json()
                        .path("type")
                        .asText())
                .isEqualTo("object");
        assertThat(the(samples, "shelf.after").metadata())
                .containsEntry("mcp_since", "2025-01-02T03:04:05Z")
                .containsEntry("mcp_tags", "[\"a\",\"b\",3]");
    }

    @Test
    void theSchemaKeptAsJsonTextIsPreferredAndMovedOut() throws Exception {
        Catalog catalog = declarations.rtfs("""
                (capability "a.b" :provider "shelf"
                  :metadata {:shelf {:input_schema_json "{\\"type\\":\\"object\\",\\"required\\":[\\"x\\"]}"}}
                  :input-schema {:y :string})
                """);

        JsonNode schema = the(catalog, "a.b").arguments().json();
        assertThat(schema).isEqualTo(JSON.readTree("{\"type\":\"object\",\"required\":[\"x\"]}"));
        assertThat(the(catalog, "a.b").metadata()).isEmpty();
    }

    @Test
    void oldWaysToWriteTheIdAreReadWithAWarning() throws Exception {
        Catalog catalog = declarations.rtfs("""
                (capability a.symbol :provider "shelf")
                (capability :id "a.property" :provider "shelf")
                """);

        assertThat(catalog.all()).extracting(Capability::id).containsExactly("a.property", "a.symbol");
        assertThat(catalog.problems())
                .extracting(
                        problem -> problem.severity() + " " + problem.source().line())
                .containsExactly("WARNING 1", "WARNING 2");
    }

    @Test
    void aServerManifestIsIgnoredWithANote() throws Exception {
        Catalog catalog = declarations.rtfs("(server :source {:x (f)} :capability_files [\"a\"])");

        assertThat(catalog.all()).isEmpty();
        assertThat(catalog.problems()).singleElement().satisfies(problem -> assertThat(problem.toString())
                .endsWith("test.rtfs:1: warning: a (server …) manifest declares no capability: it is ignored"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            (:mcp.shelf.list :name "x")                                   | unknown form
            (capability :mcp.shelf.list :name "x")                        | is a keyword
            (capability "x" :name)                                        | has no value
            (capability "x" Map { entries :name "x")                      | expected a keyword
            (capability "x" :name "x" :name "y")                          | appears twice
            (capability "x" :metadata {:a 1 :a 2})                        | appears twice
            (capability "x" :metadata {:a {:b ::c}})                      | is not valid here
            (capability "x" :metadata {:a {:url https://x.example/y/z}})  | unquoted text
            (capability "x" :metadata {:a {:b (call "f")}})               | nothing is evaluated
            (capability "x" :metadata {:a {:b token}})                    | expected it in quotes
            (capability "x" :metadata {:a})                               | has no value
            (capability "x" :name #(f))                                   | is not data
            (capability "x" :name ##NaN)                                  | is not data
            (capability "x" :name "bad \\d")                              | escapes
            (capability "x" :input-schema {:a strin})                     | is not a type
            (capability "x" :input-schema "{nonsense")                    | not valid JSON
            (capability "a b")                                            | is not usable
            (capability "a//b")                                           | is not usable
            (capability "a/../b")                                         | is not usable
            (capability)                                                  | has no id
            (capability "x" :metadata [1])                                | must be a map
            (capability "x" :name "x"]                                    | expected )
            (defn f [x] x)                                                | unknown form
            just text                                                     | outside of any form
            )                                                             | outside of any form
            (capability "x" :name "x" :provider "y"                       | or ) at the end
            (capability "x" :name "x"                                     | or ) at the end
            (capability "x" :name "x" more "y"                            | before the next declaration
            """)
    void aBrokenFormIsReportedWithItsLineAndTheOthersLoad(String form, String message) throws Exception {
        Catalog catalog = declarations.rtfs(
                "(capability \"first\" :provider \"p\")\n\n" + form + "\n(capability \"last\" :provider \"p\")\n");

        assertThat(catalog.all())
                .extracting(Capability::id)
                .contains("first", "last")
                .doesNotContain("x");
        assertThat(catalog.problems())
                .filteredOn(problem -> problem.severity() == Problem.Severity.ERROR)
                .isNotEmpty()
                .allSatisfy(problem -> {
                    assertThat(problem.message()).contains(message);
                    assertThat(problem.source().line()).isBetween(3, 4);
                });
    }

    @Test
    void deepNestingIsAnErrorAndNotAnOverflow() throws Exception {
        String deep = "(capability \"x\" :metadata " + "{:a ".repeat(50_000) + "1" + "}".repeat(50_000) + ")";

        Catalog catalog = declarations.rtfs(deep + "\n(capability \"last\" :provider \"p\")");

        assertThat(catalog.all()).extracting(Capability::id).containsExactly("last");
        assertThat(catalog.problems()).singleElement().satisfies(problem -> assertThat(problem.message())
                .contains("deeper than 100"));
    }

    @Test
    void aDeclarationSwallowedByAnotherIsPointedOut() throws Exception {
        Catalog catalog = declarations.rtfs("""
                (capability "a" :provider "p" :implementation (fn [] "one
                (capability "b" :provider "p" :implementation (fn [] "two"))
                three"))
                """);

        assertThat(catalog.problems())
                .anySatisfy(problem -> assertThat(problem.source().line()).isEqualTo(2));
        assertThat(List.of("a", "b"))
                .containsAll(catalog.all().stream().map(Capability::id).toList());
    }
}
