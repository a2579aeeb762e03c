package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.invocation.ErrorCode;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens that wait for their check, while the issuer hangs and one address has failed too often. */
@Timeout(120)
class SuspectTokenTest {
    private static final String SUSPECT = "192.0.2.1";
    private static final int PLACES = 256;
    private static final int MOST_THREADS = 4;

    private final Issuer issuer = new Issuer();
    private final CountDownLatch answers = issuer.hangs();
    private final Tokens tokens = new Tokens(new JwtVerifier(trust(), Clock.systemUTC()));
    private final Authenticator authenticator = new Authenticator(
            null,
            tokens,
            new Challenges(new ResourceMetadata(null, () -> "http://127.0.0.1")),
            new FailureLimit(1, Duration.ofHours(1), System::nanoTime));

    private JwtOptions trust() {
        try {
            return new JwtOptions(
                    Issuer.NAME,
                    Issuer.AUDIENCE,
                    URI.create(issuer.jwksUrl()).toURL(),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(30),
                    Duration.ofHours(1));
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void oneAddressHasFailedTooOften() {
        assertThat(ask(SUSPECT, "guess").join()).matches(SuspectTokenTest::refused);
    }

    @AfterEach
    void stop() {
        answers.countDown();
        tokens.close();
        issuer.close();
    }

    @Test
    void thoseOfAWaitingAddressTakeAFewPlacesOnlyAndTheOthersAreForEverybodyElse() {
        String token = Issuer.token();
        List<CompletableFuture<Decision>> asked = Stream.generate(() -> ask(SUSPECT, token))
                .limit(PLACES + MOST_THREADS + 1)
                .toList();

        assertThat(asked.stream().filter(CompletableFuture::isDone).count()).isBetween(1L, 1L + MOST_THREADS);
        assertThat(asked.get(asked.size() - 1))
                .isCompletedWithValueMatching(decision -> decision instanceof Decision.Refused no
                        && no.code() == ErrorCode.TOO_MANY_REQUESTS
                        && no.headers().containsKey("Retry-After"));
        CompletableFuture<Decision> other = ask("192.0.2.2", token);
        assertThat(other).isNotDone();

        answers.countDown();
        await().until(() -> other.isDone() && asked.get(0).isDone());
        assertThat(other).isCompletedWithValueMatching(Decision.Admitted.class::isInstance);
        assertThat(asked.get(0)).isCompletedWithValueMatching(Decision.Admitted.class::isInstance);
    }

    private static boolean refused(Decision decision) {
        return decision instanceof Decision.Refused no && no.code() == ErrorCode.UNAUTHORIZED;
    }

    private CompletableFuture<Decision> ask(String peer, String token) {
        return authenticator.authenticate(new Head(peer, token));
    }

    private record Head(String peer, String token) implements RequestHead {
        @Override
        public String path() {
            return "/capabilities";
        }

        @Override
        public @Nullable String route() {
            return path();
        }

        @Override
        public List<String> headers(String name) {
            return name.equalsIgnoreCase("Authorization") ? List.of("Bearer " + token) : List.of();
        }
    }
}
