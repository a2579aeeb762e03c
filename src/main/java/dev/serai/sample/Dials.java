package dev.serai.sample;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** How the sample server misbehaves. Every dial may be turned while it runs; each starts at the well-behaved side. */
public final class Dials {
    private volatile AnswerForm answerForm = AnswerForm.USUAL;
    private volatile AnswerForm initializeForm = AnswerForm.JSON;
    private volatile LostSession lostSession = LostSession.NOT_FOUND;
    private volatile @Nullable String answeredVersion;
    private volatile @Nullable String bearerToken;
    private volatile int refusalStatus = 401;
    private volatile String challenge = "Bearer";
    private volatile boolean stateless;
    private volatile boolean acceptAnyTool;
    private volatile boolean hangDelete;
    private volatile int initializeStatus = 200;
    private volatile int initializedStatus = 202;
    private volatile int maxSessions = SessionTable.MOST_SESSIONS;
    private volatile int retryAfterSeconds = -1;
    private volatile @Nullable URI redirect;
    private volatile Map<String, String> extraResponseHeaders = Map.of();
    private volatile CompletableFuture<Void> callGate = CompletableFuture.completedFuture(null);
    private volatile CompletableFuture<Void> initializeGate = CompletableFuture.completedFuture(null);
    private final Map<String, Duration> delays = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Integer> statuses = new ConcurrentLinkedQueue<>();

    Dials() {}

    /** The form of answers to {@code tools/call}. */
    public Dials answerAs(AnswerForm form) {
        answerForm = form;
        return this;
    }

    /** The form of answers to {@code initialize}. */
    public Dials initializeAs(AnswerForm form) {
        initializeForm = form;
        return this;
    }

    /** The answer to an unknown or ended session. */
    public Dials lostSessionAs(LostSession form) {
        lostSession = form;
        return this;
    }

    /** The version in the answer to {@code initialize}, whatever was offered; {@code null} negotiates. */
    public Dials answerVersion(@Nullable String version) {
        answeredVersion = version;
        return this;
    }

    /** Refuses every request without this token with 401; {@code null} asks for none. */
    public Dials requireBearer(@Nullable String token) {
        bearerToken = token;
        return this;
    }

    /** The status of that refusal: some servers answer 403 or 500. */
    public Dials refusalStatus(int status) {
        refusalStatus = status;
        return this;
    }

    /** What that refusal says in {@code WWW-Authenticate}. */
    public Dials challenge(String value) {
        challenge = value;
        return this;
    }

    /** Assigns no session id and asks for none. */
    public Dials stateless(boolean on) {
        stateless = on;
        return this;
    }

    /** Answers a tool that does not exist with its arguments as text. */
    public Dials acceptAnyTool(boolean on) {
        acceptAnyTool = on;
        return this;
    }

    /** Never answers a DELETE. */
    public Dials hangDelete(boolean on) {
        hangDelete = on;
        return this;
    }

    /** 200 opens a session; another status refuses; 0 answers JSON-RPC -32601 with 200. */
    public Dials initializeStatus(int status) {
        initializeStatus = status;
        return this;
    }

    /** The status that answers {@code notifications/initialized}; anything but 2xx leaves the session unusable. */
    public Dials initializedStatus(int status) {
        initializedStatus = status;
        return this;
    }

    /** More sessions than this are refused with 503; at most 10,000. */
    public Dials maxSessions(int sessions) {
        maxSessions = Math.min(sessions, SessionTable.MOST_SESSIONS);
        return this;
    }

    /** The next {@code tools/call} requests get these statuses, one each, before any work. */
    public Dials nextStatuses(int... next) {
        for (int status : next) {
            statuses.add(status);
        }
        return this;
    }

    /** The {@code Retry-After} of those answers, in seconds; below 0 for none. */
    public Dials retryAfter(int seconds) {
        retryAfterSeconds = seconds;
        return this;
    }

    /** Answers every request with 307 to there; {@code null} for none. */
    public Dials redirectTo(@Nullable URI target) {
        redirect = target;
        return this;
    }

    /** Headers added to every answer. */
    public Dials extraResponseHeaders(Map<String, String> headers) {
        extraResponseHeaders = Map.copyOf(headers);
        return this;
    }

    /** Does the tool's work at once, and answers that much later; zero for none. */
    public Dials delay(String tool, Duration delay) {
        delays.put(tool, delay);
        return this;
    }

    /** Does the work of calls, and holds their answers back until {@link #release()}. */
    public Dials holdCalls() {
        callGate = new CompletableFuture<>();
        return this;
    }

    /** Holds the answers to {@code initialize} back until {@link #release()}. */
    public Dials holdInitialize() {
        initializeGate = new CompletableFuture<>();
        return this;
    }

    /** Lets everything go that was held, and holds no more. */
    public Dials release() {
        callGate.complete(null);
        initializeGate.complete(null);
        return this;
    }

    AnswerForm answerForm() {
        return answerForm;
    }

    AnswerForm initializeForm() {
        return initializeForm;
    }

    LostSession lostSession() {
        return lostSession;
    }

    @Nullable
    String answeredVersion() {
        return answeredVersion;
    }

    @Nullable
    String bearerToken() {
        return bearerToken;
    }

    int refusalStatus() {
        return refusalStatus;
    }

    String challenge() {
        return challenge;
    }

    boolean isStateless() {
        return stateless;
    }

    boolean acceptsAnyTool() {
        return acceptAnyTool;
    }

    boolean hangsDelete() {
        return hangDelete;
    }

    int initializeStatus() {
        return initializeStatus;
    }

    int initializedStatus() {
        return initializedStatus;
    }

    int maxSessions() {
        return maxSessions;
    }

    /** The status to answer instead of working; {@code null} to work. */
    @Nullable
    Integer takeStatus() {
        return statuses.poll();
    }

    int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    @Nullable
    URI redirect() {
        return redirect;
    }

    Map<String, String> extraResponseHeaders() {
        return extraResponseHeaders;
    }

    Duration delay(String tool) {
        return delays.getOrDefault(tool, Duration.ZERO);
    }

    CompletableFuture<Void> callGate() {
        return callGate;
    }

    CompletableFuture<Void> initializeGate() {
        return initializeGate;
    }
}
