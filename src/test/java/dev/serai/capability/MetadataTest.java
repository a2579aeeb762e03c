package dev.serai.capability;

import static dev.serai.capability.DeclarationFixture.the;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
    private final DeclarationFixture declarations;

    MetadataTest(@TempDir Path folder) {
        this.declarations = new DeclarationFixture(folder);
    }

    private Catalog with(String metadata) throws IOException {
        return declarations.yaml("capabilities:\n  - id: a\n    provider: p\n    metadata: " + metadata + "\n");
    }

    @Test
    void namesAreJoinedAndValuesBecomeText() throws Exception {
        Catalog catalog = declarations.rtfs("""
                (capability "a" :provider "p" :metadata
                  {:p {:some-name "x" "text_key" :word :flag true :number 1.5 :deep {:er 7N} :list [1 "two" {:three 3}]}})
                """);

        assertThat(the(catalog, "a").metadata())
                .containsEntry("p_some_name", "x")
                .containsEntry("p_text_key", "word")
                .containsEntry("p_flag", "true")
                .containsEntry("p_number", "1.5")
                .containsEntry("p_deep_er", "7")
                .containsEntry("p_list", "[1,\"two\",{\"three\":3}]")
                .hasSize(6);
    }

    @Test
    void twoPathsWithTheSameValueAreNoConflict() throws Exception {
        assertThat(the(with("{ p: { x: 1 }, p_x: 1 }"), "a").metadata()).containsEntry("p_x", "1");
    }

    @Test
    void aRepeatedPrefixIsReadOnceWithAWarning() throws Exception {
        Catalog catalog = with("{ p: { p_x: 1 }, q_q_y: 2 }");

        assertThat(the(catalog, "a").metadata()).containsEntry("p_x", "1").containsEntry("q_y", "2");
        assertThat(catalog.problems()).hasSize(2).allSatisfy(problem -> assertThat(problem.message())
                .contains("repeats its prefix"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            { p: { x: 1 }, p_x: 2 }                              | metadata.p.x and metadata.p_x give different values
            { p: { x: 1, X: 1 } }                                | metadata.p.x and metadata.p.X give keys that differ only in case
            { requires_session: true }                           | no provider prefix
            { p: { requires_session: 'yes' } }                   | expected true, false or auto, got "yes"
            { p: { requires_session: Auto } }                    | expected true, false or auto, got "Auto"
            { p: { requires_session: auto }, q_requires_session: true } | p_requires_session and q_requires_session
            { P: { requires_session: auto } }                    | lower case
            { p_Requires_Session: auto }                         | lower case
            { CamelHttpUri: x }                                  | gateway header
            { p: { 'a b': 1 } }                                  | letters, digits and _
            { p: { server_url: 'npx server' } }                  | expected a URL
            { p: { server_url: 'file:///etc/passwd' } }          | expected a URL
            { p: { server_url: 'http://user:secret@host/' } }    | without user information
            { p: { auth_env_var: 'Bearer secret' } }             | environment variable
            { p: { auth_scheme: digest } }                       | expected bearer, basic, header or query
            { session: { scope: everyone } }                     | expected shared, caller, conversation or call
            { session: { idle: 15 } }                            | expected a duration
            { session: { pool_size: 0 } }                        | whole number from 1 to 1000
            { session: { lost_when: gone } }                     | conditions such as 404
            { policy: { idempotent: 'yes' } }                    | expected true or false
            { policy: { timeout: 0ms } }                         | from 1ms to 24h
            { policy: { timeout: 25h } }                         | from 1ms to 24h
            { policy: { rate_limit: 10 } }                       | calls per time up to 1d, such as 10/s
            { policy: { rate_limit: 0/s } }                      | calls per time
            { policy: { rate_limit: 1/2d } }                     | calls per time up to 1d
            { policy: { rate_limit_by: tool } }                  | expected capability, server or caller
            { policy: { circuit_breaker: { failure_rate: 101 } } } | whole number from 1 to 100
            { policy: { circuit_breaker: { window: 10001 } } }   | whole number from 1 to 10000
            { policy: { circuit_breaker: { by: caller } } }      | expected capability or server
            { policy: { retry: { max: 11 } } }                   | whole number from 1 to 10
            { policy: { retry: { delay: 0ms } } }                | from 1ms to 24h
            { policy: { cache_ttl: 10m } }                       | policy_cache_ttl: calls of which one may have the answer
            { policy: { coalesce: true, idempotent: false } }    | add policy_idempotent: true where they are
            { policy: { batch: { size: 1 } } }                   | whole number from 2 to 1000
            { policy: { batch: { size: 1001 } } }                | whole number from 2 to 1000
            { policy: { batch: { window: 11s } } }               | from 1ms to 10s
            { policy: { batch: { window: 2s }, timeout: 2s } }   | expected less than policy_timeout, which is 2s
            { policy: { batch: { size: 2 } }, session: { scope: call } } | take one of the two away
            { mcp: { server_url: ['http://a/'] } }               | or a list of 2 to 16 different ones
            { mcp: { server_url: ['http://a/', 'http://a/'] } }  | or a list of 2 to 16 different ones
            { mcp: { server_url: ['http://a/', 'stdio:b'] } }    | or a list of 2 to 16 different ones
            { policy: { fallback: a } }                          | expected another capability than this one
            """)
    void whatCannotBeMeantIsAnErrorWithItsLine(String metadata, String message) throws Exception {
        Catalog catalog = with(metadata);

        assertThat(catalog.all()).isEmpty();
        assertThat(catalog.problems())
                .filteredOn(problem -> problem.severity() == Problem.Severity.ERROR)
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.message()).contains(message).doesNotContain("secret");
                    assertThat(problem.source().line()).isEqualTo(4);
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            { p: { server_url: 'https://a.b/x', auth_caller_origin: '' } } | expected the origin
            { p: { server_url: 'https://a.b/x', auth_caller_origin: 'https://a.b/x' } } | no path
            { p: { server_url: 'http://a.b/x', auth_caller_origin: 'http://a.b' } } | expected the origin of the server URL
            { p: { server_url: 'https://a.b/x', auth_caller_origin: 'https://c.d' } } | is not the origin of the server URL
            { p: { auth_caller_origin: 'https://a.b' } }         | is not the origin of the server URL
            { p: { server_url: 'https://a.b', auth_caller_origin: 'https://a.b', auth_env_var: X } } | second credential
            { p: { server_url: 'https://a.b', auth_caller_origin: 'https://a.b', oauth_client_id: x, oauth_client_secret_env: Y } } | second credential
            { p: { server_url: 'https://a.b', auth_caller_origin: 'https://a.b', auth_scheme: query, auth_name: k } } | needs the scheme bearer or header
            """)
    void aCallersTokenGoesToTheOriginOfTheServerAloneAndBesideNoOtherCredential(String metadata, String message)
            throws Exception {
        Catalog catalog = with(metadata);

        assertThat(catalog.all()).isEmpty();
        assertThat(catalog.problems())
                .filteredOn(problem -> problem.severity() == Problem.Severity.ERROR)
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"session: { idel: 5m }", "policy: { time_out: 5s }"})
    void anUnknownSessionOrPolicyKeyIsAWarningThatNamesTheKnownOnes(String block) throws Exception {
        Catalog catalog = with("{ " + block + " }");

        assertThat(catalog.find("a")).isNotNull();
        assertThat(catalog.problems()).singleElement().satisfies(problem -> assertThat(problem.message())
                .contains("unknown key")
                .containsAnyOf("session_idle", "policy_timeout"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            { p: { requires_session: true } }                                 | p    | REQUIRED
            { p: { requires_session: auto }, q: { requires_session: false } } | p    | AUTO
            { p: { requires_session: false } }                                | p    | NONE
            { my-api: { requires_session: auto } }                            | my_api | AUTO
            """)
    void whatPrecedesTheSessionKeyIsTheProvider(String metadata, String provider, SessionMode mode) throws Exception {
        Catalog catalog = declarations.yaml("capabilities:\n  - id: a\n    metadata: " + metadata + "\n");

        assertThat(the(catalog, "a").provider()).isEqualTo(provider);
        assertThat(the(catalog, "a").sessionMode()).isEqualTo(mode);
    }

    @Test
    void aProviderThatTheSessionKeyContradictsIsPointedOut() throws Exception {
        Catalog catalog = with("{ q: { requires_session: auto } }");

        assertThat(the(catalog, "a").provider()).isEqualTo("q");
        assertThat(catalog.problems()).singleElement().satisfies(problem -> assertThat(problem.message())
                .contains("\"p\" is not used"));
    }

    @Test
    void metadataAndTextsAreBounded() throws Exception {
        assertThat(with("{ p: { x: " + "y".repeat(10_230) + " } }").all()).hasSize(1);
        assertThat(with("{ p: { x: " + "y".repeat(10_240) + " } }").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("at most 10240"));
        assertThat(declarations
                        .yaml("capabilities: [{ id: a, provider: p, description: " + "d".repeat(16_385) + " }]")
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("more than 16384 characters"));
        assertThat(declarations
                        .yaml("capabilities: [{ id: " + "i".repeat(257) + ", provider: p }]")
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("not usable"));
    }

    @Test
    void differentSessionSettingsForOneServerArePointedOut() throws Exception {
        Catalog catalog = declarations.yaml("""
                defaults:
                  p: { server_url: "https://s.example.org/", requires_session: auto }
                capabilities:
                  - { id: a, metadata: { session: { idle: 5m } } }
                  - { id: b, metadata: { session: { idle: 9m } } }
                  - { id: c, metadata: { p: { server_url: "https://t.example.org/" } } }
                """);

        assertThat(catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.source().line()).isEqualTo(5);
            assertThat(problem.message()).contains("b differs from a").contains("session_idle");
        });
    }

    @Test
    void capabilitiesOfDifferentScopesShareNoSessionAndMayDiffer() throws Exception {
        Catalog catalog = declarations.yaml("""
                defaults:
                  p: { server_url: "https://s.example.org/", requires_session: auto }
                capabilities:
                  - { id: a }
                  - { id: b, metadata: { session: { scope: conversation, idle: 5m } } }
                  - { id: c, metadata: { session: { scope: shared } } }
                """);

        assertThat(catalog.all()).hasSize(3);
        assertThat(catalog.problems()).isEmpty();
    }
}
