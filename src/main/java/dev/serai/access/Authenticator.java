package dev.serai.access;

import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out who sent a request. Failures are counted by address, and logged without what was sent. */
final class Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);

    private final ApiKeys keys;
    private final FailureLimit failures;

    Authenticator(ApiKeys keys, FailureLimit failures) {
        this.keys = keys;
        this.failures = failures;
    }

    CompletableFuture<Decision> authenticate(RequestHead head) {
        Presented presented = Presented.of(head);
        String credential = presented.credential();
        if (credential == null && presented.mistake() == null) {
            return done(Challenges.noCredential());
        }
        long wait = failures.waitNanos(head.peer());
        if (credential == null) {
            return done(wait > 0 ? Challenges.tooMany(wait) : failed(head, Challenges.malformed(presented.whyNot())));
        }
        Digest digest = Digest.of(credential);
        ApiKey key = keys.find(digest);
        // Who was let in a moment ago is not guessing: others behind the same address lock nobody out.
        if (key != null && (wait == 0 || key.usedLately())) {
            key.use();
            return done(new Decision.Admitted(key.caller()));
        }
        if (wait > 0) {
            return done(Challenges.tooMany(wait));
        }
        return done(failed(head, Challenges.invalid("it is no key that is known here")));
    }

    private Decision failed(RequestHead head, Decision.Refused refusal) {
        boolean last = failures.record(head.peer());
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
