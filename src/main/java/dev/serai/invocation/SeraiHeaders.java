package dev.serai.invocation;

/** The HTTP fields of the public contract, each beside the exchange header that it stands for. */
public final class SeraiHeaders {
    /** What they all begin with. */
    public static final String PREFIX = "Serai-";
    /** In and out: {@link InvocationHeaders#REQUEST_ID}. */
    public static final String REQUEST_ID = "Serai-Request-Id";
    /** In: {@link InvocationHeaders#CONVERSATION}. */
    public static final String CONVERSATION = "Serai-Conversation";
    /** In: {@link InvocationHeaders#PRIORITY}. */
    public static final String PRIORITY = "Serai-Priority";
    /** In: {@link InvocationHeaders#TIMEOUT_MS}. */
    public static final String TIMEOUT_MS = "Serai-Timeout-Ms";
    /** Out: {@link InvocationHeaders#SESSION}. */
    public static final String SESSION = "Serai-Session";
    /** Out: {@link InvocationHeaders#SESSION_REUSED}. */
    public static final String SESSION_REUSED = "Serai-Session-Reused";
    /** Out: {@link InvocationHeaders#ATTEMPTS}. */
    public static final String ATTEMPTS = "Serai-Attempts";
    /** Out: {@link InvocationHeaders#DURATION_MS}. */
    public static final String DURATION_MS = "Serai-Duration-Ms";

    /** Out: {@link InvocationHeaders#CACHE}. */
    public static final String CACHE = "Serai-Cache";
    /** Out: {@link InvocationHeaders#FALLBACK}. */
    public static final String FALLBACK = "Serai-Fallback";
    /** Out: {@link InvocationHeaders#FALLBACK_REASON}. */
    public static final String FALLBACK_REASON = "Serai-Fallback-Reason";

    private SeraiHeaders() {}
}
