package dev.serai.delivery;

import java.util.Locale;

/** Why a message is a dead letter. */
public enum DeadReason {
    /** It can never be called as it is: no such capability, wrong arguments, not allowed, too large. */
    POISON,
    /** What failed may pass, and did not within the allowed number of retries. */
    EXHAUSTED,
    /** It may have run or not, and must not run twice. */
    OUTCOME_UNKNOWN,
    /** It has an outcome, and its sender asked for that at a place where nothing can be put. */
    UNANSWERED;

    /** As in headers and on the command line, for example {@code outcome_unknown}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
