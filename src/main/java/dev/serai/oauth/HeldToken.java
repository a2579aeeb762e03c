package dev.serai.oauth;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.credential.Challenge;
import dev.serai.credential.Credential;
import dev.serai.credential.CredentialRef;
import dev.serai.credential.ScopeText;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token of one client for one server. However many need a new one, it is asked for once, by a thread of its own, and
 * all share what comes of it. A token that is good is served whatever happens to its successor; without one, a failure is
 * the answer until it is time to ask again. Looking at a good token takes no lock.
 */
final class HeldToken {
    private static final Logger LOG = LoggerFactory.getLogger(HeldToken.class);
    /** For one server and client, as long as the gateway runs. */
    private static final int MOST_WIDENINGS = 8;

    private final CredentialRef ref;
    private final Acquisition acquisition;
    private final LongSupplier generations;
    private final Ticker ticker;
    private final Executor executor;
    private final Waits waits;
    private final Refusals refusals;

    private volatile Grant grant;
    private Wish wish = Wish.NONE;
    /** With which the present token was asked for. */
    private Set<String> scopes = Set.of();

    private @Nullable CompletableFuture<Credential> running;
    private @Nullable CapabilityException failure;
    private int failures;
    private long retryAt;
    /** Sessions begin anew with the next token. */
    private boolean newSessions;
    /** The present token was refused. */
    private boolean dropped;

    private int widenings;

    /**
     * Holds none at first.
     *
     * @param without whether requests go out without one then
     * @param executor runs the requests for tokens
     */
    HeldToken(
            CredentialRef ref,
            boolean without,
            Acquisition acquisition,
            LongSupplier generations,
            Ticker ticker,
            Executor executor,
            Waits waits) {
        this.ref = ref;
        // A generation of its own: when it is refused, no sessions of others who have none are given up.
        this.grant = Grant.none(Credential.absent(ref, generations.getAsLong()), without);
        this.acquisition = acquisition;
        this.generations = generations;
        this.ticker = ticker;
        this.executor = executor;
        this.waits = waits;
        this.refusals = new Refusals(waits);
    }

    Credential held() {
        return grant.credential();
    }

    /** The token held, if it is good, else the one to come. */
    CompletableFuture<Credential> current() {
        Grant held = grant;
        Credential good = good();
        return good != null ? CompletableFuture.completedFuture(good) : newerThan(held.generation());
    }

    /** The token held where it is good, without waiting; one that is due is refreshed meanwhile. */
    @Nullable
    Credential good() {
        Grant held = grant;
        long now = ticker.read();
        if (!held.isGood(now)) {
            return null;
        }
        if (held.isDue(now)) {
            refreshAhead(held.generation());
        }
        return held.credential();
    }

    /** What becomes of it is nobody's business while the present one is good. */
    private synchronized void refreshAhead(long generation) {
        if (running == null && grant.generation() == generation && !isTooEarly()) {
            var unused = start(wish);
        }
    }

    private boolean isTooEarly() {
        return failure != null && ticker.read() - retryAt < 0;
    }

    /** The token of this generation was refused: all who come with it get the same next one. */
    synchronized CompletableFuture<Credential> refused(long generation, @Nullable Challenge challenge) {
        Grant held = grant;
        if (held.generation() <= generation && !dropped) {
            long now = ticker.read();
            if (held.credential().present() && !refusals.allows(now)) {
                return CompletableFuture.failedFuture(Failures.refused(
                        "the upstream refuses tokens that were just obtained; no other is asked for so soon"));
            }
            wish = wish.after(challenge);
            newSessions = true;
            dropped = held.credential().present();
            if (dropped) {
                grant = held.refused(now);
                retryAt = now;
            }
        }
        return newerThan(generation);
    }

    /** Whether a wider token than that of this generation is there, or would be asked for. */
    synchronized boolean canWiden(long generation, Challenge challenge) {
        return grant.generation() > generation || (widenings < MOST_WIDENINGS && lacks(challenge));
    }

    private boolean lacks(Challenge challenge) {
        return !scopes.containsAll(challenge.scopes())
                && challenge.union(scopes).size() <= ScopeText.MOST;
    }

    /** What is being asked for, unless it is asked for with these scopes. */
    synchronized @Nullable CompletableFuture<Credential> otherRequest(Challenge challenge) {
        return wish.more().containsAll(challenge.scopes()) ? null : running;
    }

    /** One with these scopes too; who does not need them goes on with the present one until it is there. */
    synchronized CompletableFuture<Credential> wider(long generation, Challenge challenge, boolean sessionsToo) {
        if (running != null || (grant.generation() > generation && !lacks(challenge))) {
            return newerThan(generation);
        }
        if (!canWiden(generation, challenge)) {
            return CompletableFuture.failedFuture(
                    Failures.refused("the upstream asks for more scopes than tokens are asked for with again"));
        }
        CapabilityException last = failure;
        if (last != null && isTooEarly()) {
            return CompletableFuture.failedFuture(last);
        }
        widenings++;
        newSessions |= sessionsToo;
        return start(wish.with(challenge.scopes()));
    }

    private synchronized CompletableFuture<Credential> newerThan(long generation) {
        if (running != null) {
            return running;
        }
        if (grant.generation() > generation && grant.isGood(ticker.read())) {
            return CompletableFuture.completedFuture(grant.credential());
        }
        CapabilityException last = failure;
        return last != null && isTooEarly() ? CompletableFuture.failedFuture(last) : start(wish);
    }

    /** Only with the lock. */
    private CompletableFuture<Credential> start(Wish asked) {
        CompletableFuture<Credential> mine = new CompletableFuture<>();
        Wish before = wish;
        wish = asked;
        running = mine;
        try {
            executor.execute(() -> run(mine, asked, before));
        } catch (RejectedExecutionException e) {
            running = null;
            mine.completeExceptionally(
                    new CapabilityException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down", e));
        }
        return mine;
    }

    private void run(CompletableFuture<Credential> mine, Wish asked, Wish before) {
        try {
            mine.complete(taken(acquisition.get(asked)));
        } catch (CapabilityException e) {
            failed(e, asked, before);
            mine.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            // What it says can quote secrets.
            LOG.error(
                    "asking for a token failed in the gateway: {}", e.getClass().getName());
            CapabilityException told =
                    new CapabilityException(ErrorCode.INTERNAL_ERROR, "asking for a token failed in the gateway");
            failed(told, asked, before);
            mine.completeExceptionally(told);
        }
    }

    private synchronized Credential taken(Acquired next) {
        Credential former = grant.credential();
        long generation = generations.getAsLong();
        Credential credential;
        try {
            credential = Credential.token(
                    ref,
                    generation,
                    newSessions || !former.present() ? generation : former.valueGeneration(),
                    next.clientId(),
                    next.answer().token());
        } catch (IllegalArgumentException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the token that came " + e.getMessage());
        }
        long life = TimeUnit.SECONDS.toNanos(next.answer().seconds());
        grant = Grant.of(credential, next.askedAt(), life, waits.random().getAsDouble());
        scopes = next.scopes();
        running = null;
        newSessions = false;
        dropped = false;
        failure = null;
        failures = 0;
        return credential;
    }

    private synchronized void failed(CapabilityException told, Wish asked, Wish before) {
        running = null;
        if (wish.more().equals(asked.more())) {
            // Scopes that are not given are not asked for again.
            wish = new Wish(wish.metadataUrl(), wish.scopes(), before.more());
        }
        if (!Failures.isTransient(told)) {
            // What one answer of the server named is no good: the next try looks at the well-known places.
            wish = new Wish(null, wish.scopes(), wish.more());
        } else if (!asked.more().equals(before.more())) {
            widenings--;
        }
        failures++;
        failure = told;
        long wait = waits.after(failures);
        retryAt = ticker.read() + wait;
        LOG.warn(
                "{}; {}not asked again for {} ms",
                told.getMessage(),
                grant.credential().present() && grant.isGood(ticker.read()) ? "the present token still serves; " : "",
                TimeUnit.NANOSECONDS.toMillis(wait));
    }
}
