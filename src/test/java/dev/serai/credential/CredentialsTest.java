package dev.serai.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class CredentialsTest {
    private static final CredentialRef BEARER = new CredentialRef("TOKEN", null, AuthScheme.BEARER, null);

    private final Map<String, String> environment = new ConcurrentHashMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Credentials credentials = new Credentials(this::variable, warnings::add, new AtomicLong(), null);

    @TempDir
    private Path folder = Path.of(".");

    private @Nullable String variable(String name) {
        reads.incrementAndGet();
        return environment.get(name);
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("token.txt"), content);
    }

    private static CredentialRef inFile(Path file) {
        return new CredentialRef(null, file, AuthScheme.BEARER, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "Bearer abc", "bearer  abc", "Bearer Bearer abc", "  abc\n"})
    void aBearerTokenHasExactlyOnePrefix(String value) {
        environment.put("TOKEN", value);
        Credential credential = credentials.current(BEARER);

        assertThat(credential.headerName()).isEqualTo("Authorization");
        assertThat(credential.headerValue()).isEqualTo("Bearer abc");
        assertThat(credential.queryParameter()).isNull();
    }

    @Test
    void basicEncodesUserAndPassword() {
        environment.put("TOKEN", "jo:pässword");
        Credential credential = credentials.current(new CredentialRef("TOKEN", null, AuthScheme.BASIC, null));

        String encoded = Base64.getEncoder().encodeToString("jo:pässword".getBytes(StandardCharsets.UTF_8));
        assertThat(credential.headerValue()).isEqualTo("Basic " + encoded);
    }

    @Test
    void headerAndQueryCarryTheBareValueUnderTheirName() {
        environment.put("TOKEN", "abc");
        Credential header = credentials.current(new CredentialRef("TOKEN", null, AuthScheme.HEADER, "X-Api-Key"));
        Credential query = credentials.current(new CredentialRef("TOKEN", null, AuthScheme.QUERY, "appid"));

        assertThat(List.of(String.valueOf(header.headerName()), String.valueOf(header.headerValue())))
                .containsExactly("X-Api-Key", "abc");
        assertThat(List.of(String.valueOf(query.queryParameter()), String.valueOf(query.queryValue())))
                .containsExactly("appid", "abc");
        assertThat(query.headerName()).isNull();
        assertThat(query.headerValue()).isNull();
    }

    @Test
    void aCredentialIsReadOnceUntilItIsRenewed() {
        environment.put("TOKEN", "old");
        Credential first = credentials.current(BEARER);
        environment.put("TOKEN", "new");

        assertThat(credentials.current(BEARER)).isSameAs(first);
        Credential renewed = credentials.renew(BEARER, first.generation(), null);
        assertThat(renewed.headerValue()).isEqualTo("Bearer new");
        assertThat(renewed.identity()).isNotEqualTo(first.identity());
        assertThat(credentials.current(BEARER)).isSameAs(renewed);
        assertThat(reads).hasValue(2);
    }

    @Test
    void aReadOfTheSameValueIsANewGenerationWithTheSameIdentity() {
        environment.put("TOKEN", "same");
        Credential first = credentials.current(BEARER);
        Credential renewed = credentials.renew(BEARER, first.generation(), null);

        assertThat(renewed.generation()).isGreaterThan(first.generation());
        assertThat(renewed.identity()).isEqualTo(first.identity()).matches("[0-9a-f]{16}");
    }

    @Test
    void twoHundredCallersRefusedWithTheSameCredentialReadOnce() throws Exception {
        environment.put("TOKEN", "old");
        long failed = credentials.current(BEARER).generation();
        environment.put("TOKEN", "new");

        assertThat(together(200, () -> credentials.renew(BEARER, failed, null).headerValue()))
                .containsOnly("Bearer new");
        assertThat(reads).hasValue(2);
    }

    @Test
    void twoHundredFirstCallersReadOnce() throws Exception {
        environment.put("TOKEN", "abc");

        assertThat(together(200, () -> credentials.current(BEARER).headerValue()))
                .containsOnly("Bearer abc");
        assertThat(reads).hasValue(1);
    }

    @Test
    void anOldRefusalDoesNotReadAgain() {
        environment.put("TOKEN", "abc");
        Credential first = credentials.current(BEARER);
        Credential second = credentials.renew(BEARER, first.generation(), null);

        assertThat(credentials.renew(BEARER, first.generation(), null)).isSameAs(second);
        assertThat(reads).hasValue(2);
    }

    @Test
    void anUnsetVariableIsNoCredentialAndSaidOnce() {
        Credential credential = credentials.current(BEARER);
        credentials.renew(BEARER, credential.generation(), null);

        assertThat(credential.present()).isFalse();
        assertThat(credential.identity()).isEqualTo("none");
        assertThat(credential.headerName()).isNull();
        assertThat(credentials.explainAbsent(BEARER)).contains("TOKEN is not set");
        assertThat(warnings).hasSize(1).allMatch(line -> line.contains("TOKEN is not set"));
    }

    @Test
    void withoutADeclaredCredentialThereIsNothingToRenew() {
        assertThat(credentials.current(CredentialRef.NONE).generation()).isZero();
        assertThat(credentials.renew(CredentialRef.NONE, 0, null).generation()).isZero();
        assertThat(credentials.explainAbsent(CredentialRef.NONE)).contains("auth_env_var");
    }

    @Test
    void aFileIsReadAgainOnRenewalOnly() throws IOException {
        CredentialRef ref = inFile(file("\n old \r\n\n"));
        Credential first = credentials.current(ref);
        file("new\n");

        assertThat(first.headerValue()).isEqualTo("Bearer old");
        assertThat(credentials.current(ref)).isSameAs(first);
        assertThat(credentials.renew(ref, first.generation(), null).headerValue())
                .isEqualTo("Bearer new");
    }

    @Test
    void anExistingFileWinsOverTheVariable() throws IOException {
        environment.put("TOKEN", "from-env");
        Path missing = folder.resolve("missing");

        assertThat(credentials
                        .current(new CredentialRef("TOKEN", file("from-file"), AuthScheme.BEARER, null))
                        .headerValue())
                .isEqualTo("Bearer from-file");
        assertThat(credentials
                        .current(new CredentialRef("TOKEN", missing, AuthScheme.BEARER, null))
                        .headerValue())
                .isEqualTo("Bearer from-env");
    }

    @Test
    void anUnusableFileIsNamedButNeverQuoted() throws IOException {
        Path twoLines = file("s3cret\ns3cret");
        assertUnusable(inFile(twoLines), "token.txt holds a line break");
        assertUnusable(inFile(file("s3cret".repeat(20_000))), "token.txt is larger than 65536 bytes");
        assertUnusable(inFile(file(" \n")), "token.txt is empty");
        assertUnusable(inFile(Files.write(twoLines, new byte[] {'s', '3', (byte) 0xC3})), "token.txt is not UTF-8");
        assertUnusable(inFile(folder), "is not a regular file");
        assertUnusable(inFile(folder.resolve("missing")), "missing does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret\r\nHost: evil", "s3cret\u0000", "s3crét", "Bearer "})
    void aValueThatAHeaderCannotCarryIsNeverSent(String value) {
        environment.put("TOKEN", value);

        assertUnusable(BEARER, "The environment variable TOKEN holds");
    }

    @Test
    void basicWithoutAColonIsAnError() {
        environment.put("TOKEN", "s3cret");

        assertUnusable(new CredentialRef("TOKEN", null, AuthScheme.BASIC, null), "user:password");
    }

    private void assertUnusable(CredentialRef ref, String why) {
        Credentials fresh = new Credentials(this::variable, warnings::add, new AtomicLong(), null);
        Throwable refused = catchThrowable(() -> fresh.current(ref));
        assertThat(refused)
                .isInstanceOfSatisfying(
                        CapabilityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_UNAUTHORIZED))
                .hasMessageContaining(why);
        StringWriter trace = new StringWriter();
        refused.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("s3cr");
        assertThat(warnings).noneMatch(line -> line.contains("s3cr"));
    }

    @Test
    void aFailedRenewalKeepsTheOldCredentialAndTheNextOneReadsAgain() throws IOException {
        CredentialRef ref = inFile(file("old"));
        Credential first = credentials.current(ref);
        file("");
        assertThatThrownBy(() -> credentials.renew(ref, first.generation(), null))
                .isInstanceOf(CapabilityException.class);
        assertThat(credentials.current(ref)).isSameAs(first);
        file("new");

        assertThat(credentials.renew(ref, first.generation(), null).headerValue())
                .isEqualTo("Bearer new");
    }

    @Test
    void aCredentialShowsNoSecret() {
        environment.put("TOKEN", "s3cret");
        Credential credential = credentials.current(BEARER);

        assertThat(credential.toString()).isEqualTo("credential " + credential.identity() + " generation 1");
        assertThat(warnings).noneMatch(line -> line.contains("s3cret"));
    }

    private static List<@Nullable String> together(int count, Callable<@Nullable String> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            CountDownLatch ready = new CountDownLatch(count);
            List<Future<@Nullable String>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return call.call();
                }));
            }
            List<@Nullable String> results = new ArrayList<>();
            for (Future<@Nullable String> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
