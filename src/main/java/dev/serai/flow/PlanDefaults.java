package dev.serai.flow;

import dev.serai.session.SessionSettings;
import java.time.Duration;

/**
 * What holds where a declaration says nothing.
 *
 * @param session ages, size and concurrency
 * @param timeout longest a call may take
 * @param callersKnown whether callers are authenticated: then each has sessions of its own
 */
public record PlanDefaults(SessionSettings session, Duration timeout, boolean callersKnown) {
    SessionScope scope() {
        return callersKnown ? SessionScope.CALLER : SessionScope.SHARED;
    }
}
