package dev.serai.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.credential.Credential;
import dev.serai.credential.CredentialRef;
import dev.serai.credential.Secrets;
import dev.serai.http.SideClient;
import dev.serai.http.UpstreamClient;
import dev.serai.http.UpstreamLimits;
import dev.serai.http.UpstreamNetworks;
import dev.serai.loop.EventLoops;
import dev.serai.oauth.AuthorizationServerFake.Answer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A token over its life, by a clock that the test moves. */
@Timeout(120)
class OAuthTokensTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SERVER = "https://server.example/mcp";

    private final AuthorizationServerFake issuer = new AuthorizationServerFake();
    private final AtomicLong now = new AtomicLong();
    private final AtomicLong generations = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final EventLoops loops = new EventLoops(1);
    private final UpstreamClient client = new UpstreamClient(
            loops,
            new UpstreamLimits(1_000, 1_000_000, 10, Duration.ofSeconds(10), Duration.ofSeconds(10)),
            UpstreamNetworks.PLAIN);
    private final OAuthTokens tokens = new OAuthTokens(
            new SideClient(client),
            Duration.ofSeconds(10),
            new Secrets(name -> AuthorizationServerFake.SECRET),
            generations::incrementAndGet,
            now::get,
            Clock.systemUTC(),
            threads);
    private final CredentialRef ref = CredentialRef.from(
            Map.of(
                    "x_oauth_token_url",
                    issuer.tokenUrl(),
                    "x_oauth_client_id",
                    AuthorizationServerFake.CLIENT,
                    "x_oauth_client_secret_env",
                    "SECRET"),
            "x",
            SERVER);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        client.close();
        loops.close();
        issuer.close();
    }

    private void pass(long seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private static String bearer(int number) {
        return "Bearer " + AuthorizationServerFake.token(number);
    }

    @Test
    void aTokenIsRefreshedAheadOfItsEndAndStaysTheSameCredential() {
        Credential first = tokens.current(ref);
        pass(2_000);
        assertThat(tokens.current(ref).headerValue()).isEqualTo(bearer(1));
        assertThat(issuer.tokenRequests()).hasSize(1);

        pass(800);
        assertThat(tokens.good(ref)).extracting(Credential::headerValue).isEqualTo(bearer(1));
        await().atMost(PATIENCE).until(() -> bearer(2).equals(tokens.held(ref).headerValue()));

        Credential second = tokens.current(ref);
        assertThat(second.identity()).isEqualTo(first.identity());
        assertThat(second.valueGeneration()).isEqualTo(first.valueGeneration());
        assertThat(second.generation()).isGreaterThan(first.generation());
        assertThat(issuer.tokenRequests()).hasSize(2);
    }

    @Test
    void aTokenIsNotUsedInItsLastHalfMinute() {
        tokens.current(ref);
        pass(3_571);
        assertThat(tokens.good(ref)).isNull();
        assertThat(tokens.current(ref).headerValue()).isEqualTo(bearer(2));
    }

    @Test
    void untilThenItIsUsed() {
        tokens.current(ref);
        pass(3_569);
        assertThat(tokens.good(ref)).extracting(Credential::headerValue).isEqualTo(bearer(1));
    }

    @Test
    void anOutageIsNotNoticedWhileTheTokenIsGoodAndIsAskedAboutLessAndLess() {
        tokens.current(ref);
        issuer.answerInstead(new Answer(503, ""));
        pass(2_800);
        int before = issuer.tokenRequests().size();
        for (int second = 0; second < 600; second++) {
            assertThat(tokens.current(ref).headerValue()).isEqualTo(bearer(1));
            pass(1);
        }
        assertThat(issuer.tokenRequests()).hasSizeBetween(before, before + 60);

        pass(3_600);
        assertThatThrownBy(() -> tokens.current(ref)).hasMessageContaining("503");
        issuer.answerInstead(null);
        pass(31);
        assertThat(tokens.current(ref).present()).isTrue();
    }

    @Test
    void aRefusedTokenIsReplacedAndSessionsBeginAnew() {
        Credential first = tokens.current(ref);
        Credential second = tokens.renew(ref, first.generation(), null);
        assertThat(second.headerValue()).isEqualTo(bearer(2));
        assertThat(second.valueGeneration()).isGreaterThan(first.valueGeneration());
        assertThat(tokens.renew(ref, first.generation(), null)).isSameAs(second);
        assertThat(issuer.tokenRequests()).hasSize(2);
    }

    @Test
    void tokensThatAreRefusedOneAfterTheOtherAreReplacedLessAndLess() {
        Credential token = tokens.renew(ref, tokens.current(ref).generation(), null);
        long refused = token.generation();
        assertThatThrownBy(() -> tokens.renew(ref, refused, null)).hasMessageContaining("just obtained");
        assertThat(issuer.tokenRequests()).hasSize(2);
        pass(1);
        assertThat(tokens.renew(ref, refused, null).headerValue()).isEqualTo(bearer(3));
    }

    @Test
    void noTokenOrSecretIsInATextForm() {
        Credential token = tokens.current(ref);
        assertThat(token + " " + ref + " " + new TokenAnswer(bearer(1), 1))
                .doesNotContain("Tok3n")
                .doesNotContain("s3cret");
    }
}
