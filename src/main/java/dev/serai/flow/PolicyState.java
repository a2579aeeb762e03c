package dev.serai.flow;

import dev.serai.invocation.ErrorCode;
import dev.serai.policy.Passage;
import org.jspecify.annotations.Nullable;

/** What the policies of one call have come to; touched by one thread at a time. */
final class PolicyState {
    /** Answered from the cache; as in {@code Cache-Status}, RFC 9211. */
    static final String HIT = "hit";
    /** Answered with the answer to a call in progress; as in {@code Cache-Status}, RFC 9211. */
    static final String COLLAPSED = "collapsed";

    /** What it owes to others that ask for the same; {@code null} where nothing. */
    @Nullable
    AnswerSharing sharing;
    /** How another call's answer became this one's; {@code null} where it has its own. */
    @Nullable
    String servedFrom;
    /** What the other's failure says of the server; {@code null} where it did not fail so. */
    Passage.@Nullable End othersEnd;

    /** Whether a try is due, where a declaration has failed calls tried again. */
    boolean tryDue = true;
    /** Tries so far, the current one included. */
    int tries = 1;

    /** Whether another capability is called for it. */
    volatile boolean fallingBack;

    /** The capability that answered for it, and why. */
    @Nullable
    String fallback;

    @Nullable
    ErrorCode fallbackReason;

    /** Time after its own deadline that another capability has for it. */
    long fallbackNanos;
}
