package dev.serai.flow;

import dev.serai.session.SessionSettings;
import java.time.Duration;

/**
 * What holds where a declaration says nothing.
 *
 * @param session ages, size and concurrency
 * @param timeouts how long a call may take
 * @param policies what the operator sets for servers and providers
 * @param callersKnown whether callers are authenticated: then each has sessions of its own
 */
public record PlanDefaults(SessionSettings session, Timeouts timeouts, PolicyDefaults policies, boolean callersKnown) {
    private static final Duration LONGEST_AHEAD = Duration.ofMinutes(1);
    private static final int AHEAD_PART = 10;

    /** How long before the end of its age a session that is used is replaced: a tenth of the age, at most a minute. */
    public static Duration refreshAhead(Duration maxAge) {
        Duration tenth = maxAge.dividedBy(AHEAD_PART);
        return tenth.compareTo(LONGEST_AHEAD) < 0 ? tenth : LONGEST_AHEAD;
    }

    SessionScope scope() {
        return callersKnown ? SessionScope.CALLER : SessionScope.SHARED;
    }
}
