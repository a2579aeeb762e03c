package dev.serai.access;

import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerToken;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out who sent a request. Failures are counted by address, and logged without what was sent. */
final class Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);

    private static final int MOST_LINES = 100;
    private static final String ALL = "";

    private final @Nullable ApiKeys keys;
    private final @Nullable Tokens tokens;
    private final Challenges challenges;
    private final FailureLimit failures;
    /** Of lines in the log, over all addresses. */
    private final FailureLimit lines = new FailureLimit(MOST_LINES, Duration.ofSeconds(1), System::nanoTime);

    Authenticator(@Nullable ApiKeys keys, @Nullable Tokens tokens, Challenges challenges, FailureLimit failures) {
        this.keys = keys;
        this.tokens = tokens;
        this.challenges = challenges;
        this.failures = failures;
    }

    CompletableFuture<Decision> authenticate(RequestHead head) {
        Presented presented = Presented.of(head);
        String credential = presented.credential();
        if (credential == null && presented.mistake() == null) {
            return done(challenges.noCredential(head));
        }
        long wait = failures.waitNanos(head.peer());
        if (credential == null) {
            return done(wait > 0 ? Challenges.tooMany(wait) : failed(head, Challenges.malformed(presented.whyNot())));
        }
        Digest digest = Digest.of(credential);
        ApiKey key = keys == null ? null : keys.find(digest);
        // Who was let in a moment ago is not guessing: others behind the same address lock nobody out.
        if (key != null && (wait == 0 || key.usedLately())) {
            key.use();
            return done(new Decision.Admitted(key.caller(), null));
        }
        Caller holder = tokens == null || !presented.bearer() ? null : tokens.remembered(digest);
        if (holder != null) {
            return done(new Decision.Admitted(holder, new CallerToken(credential)));
        }
        // A signature cannot be guessed, so tokens are checked while their address waits too: one client that fails
        // locks out nobody behind the same address whose token is good, though not known yet.
        if (tokens != null && presented.bearer() && (wait == 0 || Tokens.isToken(credential))) {
            return check(head, tokens, credential, digest, wait);
        }
        return done(
                wait > 0
                        ? Challenges.tooMany(wait)
                        : failed(head, challenges.invalid(head, "it is no key that is known here")));
    }

    /** @param wait how long the address has to wait, in nanoseconds; 0 where it need not */
    private CompletableFuture<Decision> check(RequestHead head, Tokens checks, String token, Digest digest, long wait) {
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        try {
            checks.check(
                    token,
                    digest,
                    wait > 0,
                    (caller, rejected) -> decision.complete(decided(head, caller, token, rejected, wait)));
        } catch (RejectedExecutionException e) {
            decision.complete(wait > 0 ? Challenges.tooMany(wait) : Challenges.busy());
        }
        return decision;
    }

    private Decision decided(
            RequestHead head, @Nullable Caller caller, String token, @Nullable RejectedToken rejected, long wait) {
        if (rejected == null) {
            return new Decision.Admitted(caller, new CallerToken(token));
        }
        if (rejected.isUndecided()) {
            return Challenges.undecided(rejected.why());
        }
        return wait > 0 ? Challenges.tooMany(wait) : failed(head, challenges.invalid(head, rejected.why()));
    }

    private Decision failed(RequestHead head, Decision.Refused refusal) {
        boolean last = failures.record(head.peer());
        if (lines.waitNanos(ALL) > 0) {
            return refusal;
        }
        lines.record(ALL);
        if (last) {
            LOG.warn("authentication failed from {}: too often, refused for a while", head.peer());
        } else {
            LOG.info("authentication failed from {} at {}: {}", head.peer(), head.route(), refusal.detail());
        }
        return refusal;
    }

    private static CompletableFuture<Decision> done(Decision decision) {
        return CompletableFuture.completedFuture(decision);
    }
}
