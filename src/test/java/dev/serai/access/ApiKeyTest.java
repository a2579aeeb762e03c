package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ApiKeyTest extends SampleFixture {
    @Test
    void aKeyIsGoodInBothPlacesAndNothingElseIs() {
        Keys keys = new Keys(folder);
        String key = keys.add("ci");
        try (TestGateway gateway = keys.gateway(server).start()) {
            assertThat(gateway.post("open.echo", Keys.HI, "Authorization", "Bearer " + key)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.post("open.echo", Keys.HI, "authorization", "bearer  " + key)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.post("open.echo", Keys.HI, "X-API-Key", key).statusCode())
                    .isEqualTo(200);

            HttpResponse<String> none = gateway.post("open.echo", Keys.HI);
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(Keys.code(none)).isEqualTo("unauthorized");
            assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"serai\"");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Authorization | Bearer serai_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA | 401 | invalid_token",
                "X-API-Key | serai_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA | 401 | invalid_token",
                "Authorization | Bearer | 401 | ''",
                "Authorization | Basic Y2k6Y2k= | 401 | ''",
                "Authorization | Bearer a b | 400 | invalid_request",
                "X-API-Key | '\"quoted\"' | 400 | invalid_request",
                "Authorization | Bearer a.b.c | 401 | invalid_token"
            })
    void whatIsNoKeyIsRefusedWithTheErrorOfRfc6750(String header, String value, int status, String error) {
        Keys keys = new Keys(folder);
        keys.add("ci");
        try (TestGateway gateway = keys.gateway(server).start()) {
            HttpResponse<String> answer = gateway.post("open.echo", Keys.HI, header, value);

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(Keys.code(answer)).isEqualTo("unauthorized");
            String challenge = answer.headers().firstValue("WWW-Authenticate").orElseThrow();
            assertThat(challenge).startsWith("Bearer ");
            if (error.isEmpty()) {
                assertThat(challenge).doesNotContain("error");
            } else {
                assertThat(challenge).contains("error=\"" + error + "\"");
            }
            assertThat(answer.body() + challenge).doesNotContain("AAAA", "quoted", "Y2k6");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void twoCredentialsAtOnceAreOneTooMany() {
        Keys keys = new Keys(folder);
        String key = keys.add("ci");
        try (TestGateway gateway = keys.gateway(server).start()) {
            assertThat(gateway.post("open.echo", Keys.HI, "Authorization", "Bearer " + key, "X-API-Key", key)
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void aKeyThatIsAddedOrRemovedIsTakenUpWhileRunning() {
        Keys keys = new Keys(folder);
        String first = keys.add("first");
        try (TestGateway gateway = keys.gateway(server)
                .setting("serai.access.failure-burst", "1000")
                .start()) {
            String second = keys.add("second");
            await().until(() -> status(gateway, second) == 200);
            assertThat(status(gateway, first)).isEqualTo(200);

            keys.remove("first");
            await().until(() -> status(gateway, first) == 401);
            assertThat(status(gateway, second)).isEqualTo(200);
        }
    }

    @Test
    void aFileThatBecomesWrongChangesNothing() throws Exception {
        Keys keys = new Keys(folder);
        String key = keys.add("ci");
        ApiKeys read = new ApiKeys(keys.file());
        for (String wrong : new String[] {"- {", "nonsense", "- { name: ci, hash: short }"}) {
            Files.writeString(keys.file(), wrong);
            lookTwice(read);
            assertThat(read.find(Digest.of(key))).as(wrong).isNotNull();
        }
        Files.delete(keys.file());
        lookTwice(read);
        assertThat(read.find(Digest.of(key))).isNotNull();
        Files.writeString(keys.file(), "");
        lookTwice(read);
        assertThat(read.find(Digest.of(key))).isNull();
    }

    @Test
    void aFileThatIsStillBeingWrittenRevokesNothing() throws Exception {
        Keys keys = new Keys(folder);
        keys.add("first");
        String last = keys.add("last");
        String whole = Files.readString(keys.file());
        ApiKeys read = new ApiKeys(keys.file());
        int half = whole.indexOf('\n') + 1;

        Files.writeString(keys.file(), whole.substring(0, half));
        read.look();
        assertThat(read.find(Digest.of(last))).isNotNull();
        Files.writeString(keys.file(), whole);
        lookTwice(read);
        assertThat(read.find(Digest.of(last))).isNotNull();

        Files.writeString(keys.file(), whole.substring(0, half));
        lookTwice(read);
        assertThat(read.find(Digest.of(last))).isNull();
    }

    private static void lookTwice(ApiKeys keys) {
        keys.look();
        keys.look();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: ci",
                "- { name: ci }",
                "- { name: '', hash: %1$s }",
                "- { name: ci, hash: %1$s, role: [a] }",
                "- { name: ci, hash: %1$s, roles: a }",
                "- { name: ci, hash: %1$s, roles: ['a b'] }",
                "- { name: ci, name: ci, hash: %1$s }",
                "- { name: a, hash: %1$s }\n- { name: a, hash: %2$s }",
                "- { name: a, hash: %1$s }\n- { name: b, hash: %1$s }"
            })
    void aFileThatIsWrongIsRefusedAtTheStartWithoutQuotingIt(String text) throws Exception {
        String one = Digest.of("one").inFile();
        Path file = Files.writeString(
                folder.resolve("keys.yaml"),
                text.formatted(one, Digest.of("two").inFile()));

        assertThatThrownBy(() -> new ApiKeys(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageNotContaining(one.substring(10));
    }

    @Test
    void aClientThatGuessesHasToWaitAndOthersAreNotLockedOut() {
        Keys keys = new Keys(folder);
        String busy = keys.add("busy");
        String idle = keys.add("idle");
        try (TestGateway gateway = keys.gateway(server)
                .setting("serai.access.failure-burst", "5")
                .setting("serai.access.failure-interval", "1h")
                .start()) {
            assertThat(status(gateway, busy)).isEqualTo(200);

            assertThat(IntStream.range(0, 5).map(i -> status(gateway, "guess" + i)))
                    .containsOnly(401);
            HttpResponse<String> refused = gateway.post("open.echo", Keys.HI, "X-API-Key", "guess6");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Keys.code(refused)).isEqualTo("too_many_requests");
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isBetween(1L, 3_600L);

            // A right guess is no better than a wrong one while the address waits.
            assertThat(status(gateway, idle)).isEqualTo(429);
            assertThat(status(gateway, busy)).isEqualTo(200);
            assertThat(gateway.get("/observe/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void onlyTheTwoProbesAnswerWithoutACredential() {
        try (TestGateway gateway = new Keys(folder).gateway(server).start()) {
            for (String path : new String[] {"/observe/health/live", "/observe/health/ready"}) {
                assertThat(gateway.get(path).statusCode()).as(path).isEqualTo(200);
            }
            for (String path : new String[] {
                "/",
                "/capabilities",
                "/capabilities/open.echo",
                "/openapi.json",
                "/observe/health",
                "/observe/metrics",
                "/observe/health/live/",
                "/admin/sessions",
                "/nowhere"
            }) {
                assertThat(gateway.get(path).statusCode()).as(path).isEqualTo(401);
            }
        }
    }

    private static int status(TestGateway gateway, String key) {
        return gateway.post("open.echo", Keys.HI, "X-API-Key", key).statusCode();
    }
}
