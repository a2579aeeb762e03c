package dev.serai.invocation;

import java.util.List;
import java.util.Set;

/** The exchange headers of the public contract; all are valid JMS property names. */
public final class InvocationHeaders {
    /** What they all begin with. */
    public static final String PREFIX = "Capability";
    /** In: the capability to call. */
    public static final String ID = "CapabilityId";
    /** In and out: names this call; made up where absent. */
    public static final String REQUEST_ID = "CapabilityRequestId";
    /** In: calls of one conversation share a session where the scope says so. */
    public static final String CONVERSATION = "CapabilityConversation";
    /** In: {@code high}, {@code medium} or {@code low}. */
    public static final String PRIORITY = "CapabilityPriority";
    /** In: longest the caller waits, in milliseconds. */
    public static final String TIMEOUT_MS = "CapabilityTimeoutMs";
    /** In: {@code true} for the provider's whole result instead of the value. */
    public static final String RAW = "CapabilityRaw";
    /** In: all of these. */
    public static final Set<String> ASKED = Set.of(ID, REQUEST_ID, CONVERSATION, PRIORITY, TIMEOUT_MS, RAW);
    /** In, of a message: {@code true} where its sender takes what is told of the call before it ends, as messages of their own. */
    public static final String STREAM = "CapabilityStream";
    /** Out: which of the messages of a call this is, from 0; the one with {@link #STATUS} is the last. */
    public static final String SEQUENCE = "CapabilitySequence";
    /** Out: {@code completed}, {@code failed}, {@code timed_out}, {@code rejected} or {@code cancelled}. */
    public static final String STATUS = "CapabilityStatus";
    /** Out: an {@link ErrorCode} where the call did not complete. */
    public static final String ERROR_CODE = "CapabilityErrorCode";
    /** Out: short hash of the session. */
    public static final String SESSION = "CapabilitySession";
    /** Out: whether the session was open before this call. */
    public static final String SESSION_REUSED = "CapabilitySessionReused";
    /** Out: how often the provider was called, 0 or more. */
    public static final String ATTEMPTS = "CapabilityAttempts";
    /** Out: time from entry to answer, in milliseconds. */
    public static final String DURATION_MS = "CapabilityDurationMs";
    /** Out: seconds after which a rejected call may be tried again. */
    public static final String RETRY_AFTER = "CapabilityRetryAfter";

    /**
     * Out: how another call's answer became this one's, {@code hit} or {@code collapsed} (RFC 9211); absent where it has its
     * own.
     */
    public static final String CACHE = "CapabilityCache";
    /** Out: the capability that answered instead of the one that was asked for. */
    public static final String FALLBACK = "CapabilityFallback";
    /** Out: the {@link ErrorCode} with which the one that was asked for failed. */
    public static final String FALLBACK_REASON = "CapabilityFallbackReason";
    /** Out: what those are told who are not given {@link #RETRY_AFTER}. */
    public static final List<String> TOLD = List.of(
            REQUEST_ID,
            STATUS,
            ERROR_CODE,
            SESSION,
            SESSION_REUSED,
            ATTEMPTS,
            DURATION_MS,
            CACHE,
            FALLBACK,
            FALLBACK_REASON);

    /** Exchange property, set by entries that queue calls: {@link System#nanoTime()} of the arrival. */
    public static final String ARRIVED_NANOS = "SeraiArrivedNanos";

    /** Exchange property, set by entries whose caller asked for an event stream: such a call may take longer. */
    public static final String STREAMING = "SeraiStreaming";

    /** Exchange property, set by entries that know it: the address of the client, without its port. */
    public static final String CLIENT = "SeraiClient";

    /** Exchange property, set by a provider whose server says for how long its answer holds: milliseconds, 0 or more. */
    public static final String FRESH_MS = "SeraiFreshMs";

    /** Exchange property, set with the answer to a call that failed: whether the provider may have done its work. */
    public static final String MAY_HAVE_WORKED = "SeraiMayHaveWorked";

    private InvocationHeaders() {}
}
