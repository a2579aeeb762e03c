package dev.serai.http;

import dev.serai.capability.Capability;
import dev.serai.credential.Credential;
import dev.serai.credential.CredentialRef;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Causes;
import dev.serai.invocation.ErrorCode;
import dev.serai.lifecycle.Work;
import dev.serai.trace.Span;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of one attempt go and until when: kept as an exchange property, never as a header,
 * so that nothing of it can be propagated.
 */
public final class UpstreamCall {
    /** The exchange property that holds it. */
    public static final String PROPERTY = "SeraiUpstreamCall";

    private static final Credential NONE = Credential.absent(CredentialRef.NONE, 0);

    private final Capability capability;
    private final String serverUrl;
    private final Credential credential;
    private final long deadlineNanos;
    private final Span span;
    private final @Nullable Work work;
    private final boolean aside;
    private final boolean hurried;
    private volatile boolean outlived;
    private volatile boolean worked;
    private volatile boolean withheld;
    private volatile boolean keepsRefusals;
    private volatile boolean takesRefusals;
    private volatile @Nullable UpstreamObserver undecided;
    private volatile @Nullable TransportOrder order;

    /**
     * One attempt's.
     *
     * @param capability the declaration that asked
     * @param serverUrl the target, already resolved; empty where the declaration names none
     * @param credential what authenticates the requests
     * @param deadlineNanos {@link System#nanoTime()} by which the answer must have been read
     * @param span in whose trace the requests are
     * @param work the invocation that these requests are part of, which is stopped at the deadline at the latest;
     *     {@code null} where they have only the deadline
     */
    public UpstreamCall(
            Capability capability,
            String serverUrl,
            Credential credential,
            long deadlineNanos,
            Span span,
            @Nullable Work work) {
        this(capability, serverUrl, credential, deadlineNanos, span, work, false, false);
    }

    private UpstreamCall(
            Capability capability,
            String serverUrl,
            Credential credential,
            long deadlineNanos,
            Span span,
            @Nullable Work work,
            boolean aside,
            boolean hurried) {
        this.capability = capability;
        this.serverUrl = serverUrl;
        this.credential = credential;
        this.deadlineNanos = deadlineNanos;
        this.span = span;
        this.work = work;
        this.aside = aside;
        this.hurried = hurried;
    }

    /**
     * A notice about this one: whether it is answered says nothing about the server.
     *
     * @param deadlineNanos {@link System#nanoTime()} by which the answer must have been read
     * @param span in whose trace it is
     */
    public UpstreamCall notice(long deadlineNanos, Span span) {
        return new UpstreamCall(capability, serverUrl, credential, deadlineNanos, span, null, true, false);
    }

    /** The same where the deadline is shorter than the declaration's: that it passes says nothing about the server. */
    public UpstreamCall inAHurry() {
        return new UpstreamCall(capability, serverUrl, credential, deadlineNanos, span, work, aside, true);
    }

    /** Its invocation goes on after the deadline, with something else: so it does not stop these requests there. */
    public void outlived() {
        outlived = true;
    }

    boolean isOutlived() {
        return outlived;
    }

    /** The call of this exchange, or {@code null} outside a provider route. */
    public static @Nullable UpstreamCall of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, UpstreamCall.class);
    }

    /** The call of this exchange, in a step that only provider routes have. */
    public static UpstreamCall required(Exchange exchange) {
        UpstreamCall call = of(exchange);
        if (call == null) {
            throw new IllegalStateException("this step runs in routes of a provider only");
        }
        return call;
    }

    public Capability capability() {
        return capability;
    }

    public String serverUrl() {
        return serverUrl;
    }

    public Credential credential() {
        return credential;
    }

    /** Has the credential left out of the requests to come, where a session's token takes its place. */
    public void withholdCredential() {
        withheld = true;
    }

    /** What goes out. */
    Credential outgoing() {
        return withheld ? NONE : credential;
    }

    /** Has the body of a refusal told to the caller, where it is JSON that is short enough. */
    public void keepRefusals() {
        keepsRefusals = true;
    }

    /**
     * Has the route get refusals whose body is JSON instead of failing with them: it fails itself with those that say
     * nothing in its protocol. 401 and 403 are not among them. It also notes itself which answers are {@link #noteWork work}.
     */
    public void takeRefusals() {
        takesRefusals = true;
    }

    /** Says what the next request means to the transport that carries it. */
    public void order(TransportOrder order) {
        this.order = order;
    }

    /** What was said of this request; {@code null} where nothing was. */
    public @Nullable TransportOrder takeOrder() {
        TransportOrder given = order;
        order = null;
        return given;
    }

    boolean takesRefusals() {
        return takesRefusals;
    }

    boolean keepsRefusals() {
        return keepsRefusals;
    }

    public long deadlineNanos() {
        return deadlineNanos;
    }

    public Span span() {
        return span;
    }

    @Nullable
    Work work() {
        return work;
    }

    /** Whether the requests are about another call, and nobody counts them. */
    boolean aside() {
        return aside;
    }

    boolean isHurried() {
        return hurried;
    }

    /** Has this told, once the route has read it, whether what has been answered is an answer; {@code null}: nobody. */
    void undecided(@Nullable UpstreamObserver observer) {
        undecided = observer;
    }

    /**
     * The provider's route has ended: what it made of the last answer.
     *
     * @param failure how it failed; {@code null} where it did not
     */
    public void decided(@Nullable Throwable failure) {
        UpstreamObserver observer = undecided;
        if (observer == null) {
            return;
        }
        undecided = null;
        CapabilityException told = Causes.find(failure, CapabilityException.class);
        if (told != null && told.code() == ErrorCode.UPSTREAM_PROTOCOL_ERROR) {
            observer.failed(serverUrl, told.code());
        } else if (failure == null || told instanceof UpstreamStatusException || isToolError(told)) {
            observer.understood(serverUrl);
        }
    }

    private static boolean isToolError(@Nullable CapabilityException told) {
        return told != null && told.code() == ErrorCode.TOOL_ERROR;
    }

    /** Whether a request that may have had an effect has been answered: the attempt as a whole has begun its work. */
    public boolean worked() {
        return worked;
    }

    /** Notes that a request which may have an effect has been answered with success. */
    public void noteWork() {
        worked = true;
    }
}
