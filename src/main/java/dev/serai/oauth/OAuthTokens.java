package dev.serai.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.credential.Challenge;
import dev.serai.credential.Credential;
import dev.serai.credential.CredentialRef;
import dev.serai.credential.OAuthRef;
import dev.serai.credential.Secrets;
import dev.serai.credential.TokenSource;
import dev.serai.http.SideClient;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The tokens of all clients that declarations name, one for each client and server. */
public final class OAuthTokens implements TokenSource {
    private static final int MOST_HELD = 10_000;
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    /** Discovery and the request for the token. */
    private static final int MOST_REQUESTS = 7;

    private final Cache<CredentialRef, HeldToken> held =
            Caffeine.newBuilder().maximumSize(MOST_HELD).executor(Runnable::run).build();
    private final Discovery discovery;
    private final TokenEndpoint endpoint;
    private final ClientAuthentication authentication;
    private final LongSupplier generations;
    private final Ticker ticker;
    private final Executor executor;
    private final long patienceNanos;
    private final Waits waits = new Waits(
            FIRST_WAIT, LONGEST_WAIT, () -> ThreadLocalRandom.current().nextDouble());

    /**
     * Tokens over this client.
     *
     * @param timeout longest that one request to an authorization server may take
     * @param generations counts the reads of all credentials
     * @param executor runs the requests for tokens
     */
    public OAuthTokens(
            SideClient client,
            Duration timeout,
            Secrets secrets,
            LongSupplier generations,
            Ticker ticker,
            Clock clock,
            Executor executor) {
        Web web = new Web(client, timeout);
        this.discovery = new Discovery(web);
        this.authentication = new ClientAuthentication(secrets, clock);
        this.endpoint = new TokenEndpoint(web, authentication);
        this.generations = generations;
        this.ticker = ticker;
        this.executor = executor;
        this.patienceNanos = timeout.multipliedBy(MOST_REQUESTS).toNanos();
    }

    @Override
    public @Nullable Credential good(CredentialRef ref) {
        return of(ref).good();
    }

    @Override
    public Credential held(CredentialRef ref) {
        return of(ref).held();
    }

    @Override
    public Credential current(CredentialRef ref) {
        return await(of(ref).current());
    }

    @Override
    public Credential renew(CredentialRef ref, long failedGeneration, @Nullable Challenge challenge) {
        return await(of(ref).refused(failedGeneration, challenge));
    }

    @Override
    public boolean canWiden(CredentialRef ref, long failedGeneration, Challenge challenge) {
        return of(ref).canWiden(failedGeneration, challenge);
    }

    @Override
    public Credential widen(CredentialRef ref, long failedGeneration, Challenge challenge, boolean newSessions) {
        HeldToken token = of(ref);
        CompletableFuture<Credential> other = token.otherRequest(challenge);
        if (other != null) {
            await(other);
        }
        return await(token.wider(failedGeneration, challenge, newSessions));
    }

    private HeldToken of(CredentialRef ref) {
        return held.get(ref, this::create);
    }

    private HeldToken create(CredentialRef ref) {
        OAuthRef client = Objects.requireNonNull(ref.oauth());
        boolean serverSays = client.issuer() == null && client.tokenUrl() == null;
        Acquisition acquisition = new Acquisition(client, discovery, endpoint, authentication, ticker);
        return new HeldToken(ref, serverSays, acquisition, generations, ticker, executor, waits);
    }

    private Credential await(CompletableFuture<Credential> outcome) {
        try {
            return outcome.get(patienceNanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CapabilityException known) {
                throw known;
            }
            throw new IllegalStateException("asking for a token failed", e.getCause());
        } catch (TimeoutException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_UNAVAILABLE, "getting a token takes too long", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CapabilityException(ErrorCode.TIMEOUT, "The call was cancelled while it waited for a token", e);
        }
    }
}
