package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.entry.EventReply;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A session of one client (2025-03-26 to 2025-11-25): its calls, its questions and its streams. Has no text form. */
final class ClientSession {
    private static final String STANDING = "g";
    /** Ended streams whose messages are kept for clients that lost them. */
    private static final int MOST_ENDED = 8;

    private final String id;
    private final String conversation;
    private final String principal;
    private final String group;
    private final String version;
    private final ObjectNode capabilities;
    private final int maxWaiting;
    private final LongSupplier clock;
    private final EventLog standing;
    private final Watches watches = new Watches();
    private final ConcurrentHashMap<String, SessionCall> calls = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, CompletableFuture<JsonNode>> questions = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, EventLog> streams = new ConcurrentHashMap<>();
    private final ArrayDeque<EventLog> endedStreams = new ArrayDeque<>();
    private long endedBytes;
    private final AtomicLong nextName = new AtomicLong();
    private volatile long usedNanos;
    private volatile boolean over;
    private volatile LogLevel logLevel = LogLevel.INFO;

    ClientSession(
            String id,
            String conversation,
            String principal,
            String group,
            String version,
            ObjectNode capabilities,
            int maxWaiting,
            LongSupplier clock) {
        this.id = id;
        this.conversation = conversation;
        this.principal = principal;
        this.group = group;
        this.version = version;
        this.capabilities = capabilities;
        this.maxWaiting = maxWaiting;
        this.clock = clock;
        this.standing = new EventLog(STANDING, maxWaiting, true);
        use();
    }

    String id() {
        return id;
    }

    /** Names the session where its id, a secret, must not go. */
    String conversation() {
        return conversation;
    }

    String version() {
        return version;
    }

    String group() {
        return group;
    }

    ObjectNode capabilities() {
        return capabilities;
    }

    boolean belongsTo(String caller, String path) {
        return principal.equals(caller) && group.equals(path);
    }

    String principal() {
        return principal;
    }

    void use() {
        usedNanos = clock.getAsLong();
    }

    /** Nanoseconds since it was used; what it is doing counts as use. */
    long idleNanos() {
        if (isBusy()) {
            use();
        }
        return clock.getAsLong() - usedNanos;
    }

    boolean isBusy() {
        return !calls.isEmpty() || standing.isRead();
    }

    /** What the client wants to be told of. */
    Watches watches() {
        return watches;
    }

    LogLevel logLevel() {
        return logLevel;
    }

    void logLevel(LogLevel least) {
        logLevel = least;
    }

    /** Takes a call in; false while another one has the same request id. */
    boolean begin(String key, SessionCall call) {
        if (over) {
            throw new RpcError(404, Rpc.SESSION_NOT_FOUND, "the session has ended", null);
        }
        if (calls.putIfAbsent(key, call) != null) {
            return false;
        }
        if (over) {
            // Its end has not seen this call.
            call.cancel();
        }
        return true;
    }

    void ended(String key) {
        calls.remove(key);
        use();
    }

    /** The client no longer waits for this request. */
    void cancel(String key) {
        SessionCall call = calls.get(key);
        if (call != null) {
            call.cancel();
        }
    }

    /** The stream that is of no request. */
    EventReply openStanding() {
        EventReply opened = standing.open();
        if (over) {
            standing.end();
        }
        return opened;
    }

    /** Whether the client listens to what no request is about. */
    boolean listens() {
        return standing.isRead();
    }

    /** Tells the client something that no request is about, if it listens; false where it is too slow, or has gone. */
    boolean announce(ObjectNode message) {
        return !standing.isRead() || standing.send(message);
    }

    /** Takes up the stream where the client left it; one that is not known any more begins anew, as the standing one. */
    EventReply resume(String lastEventId) {
        EventLog.Position position = EventLog.position(lastEventId);
        EventLog log = position == null ? null : streams.get(position.stream());
        if (position != null && position.stream().equals(STANDING)) {
            log = standing;
        }
        return position == null || log == null ? standing.open() : log.openAfter(position.number());
    }

    /** A stream for the answer to one request. */
    EventLog newStream() {
        EventLog log = new EventLog("r" + nextName.incrementAndGet(), maxWaiting, false);
        streams.put(log.name(), log);
        return log;
    }

    /** It ended: kept for a while for a client that lost the end, all of them within the bytes of one. */
    synchronized void streamEnded(EventLog log) {
        endedStreams.add(log);
        endedBytes += log.keptBytes();
        // A longer answer is kept only where its client was not there to read it.
        int least = log.isRead() ? 0 : 1;
        while (endedStreams.size() > least && (endedStreams.size() > MOST_ENDED || endedBytes > maxWaiting)) {
            EventLog forgotten = endedStreams.remove();
            endedBytes -= forgotten.keptBytes();
            streams.remove(forgotten.name());
        }
    }

    /** Of all messages of ended streams that are kept. */
    synchronized long endedBytes() {
        return endedBytes;
    }

    /** Notes a question that the client is about to be asked; its id. */
    String question(CompletableFuture<JsonNode> answer) {
        String name = "serai-" + nextName.incrementAndGet();
        questions.put(name, answer);
        return name;
    }

    void forget(String question) {
        questions.remove(question);
    }

    /** The client answered a question, or anything else, which is passed over. */
    void answered(JsonNode message) {
        JsonNode name = message.path("id");
        CompletableFuture<JsonNode> answer = name.isTextual() ? questions.remove(name.asText()) : null;
        if (answer == null) {
            return;
        }
        if (message.path("result").isObject()) {
            answer.complete(message.get("result"));
        } else {
            answer.completeExceptionally(new CapabilityException(
                    ErrorCode.TOOL_ERROR,
                    "the caller refused the question with JSON-RPC error "
                            + message.path("error").path("code").asText("without a code")));
        }
    }

    /** The gateway stops: whom it has asked something cannot answer any more. */
    void stop() {
        List.copyOf(calls.values()).stream().filter(SessionCall::isAsking).forEach(SessionCall::cancel);
    }

    /** Its calls are cancelled, its streams end. */
    void end() {
        over = true;
        watches.end();
        List.copyOf(calls.values()).forEach(SessionCall::cancel);
        standing.end();
        List.copyOf(streams.values()).forEach(EventLog::end);
        for (String name : List.copyOf(questions.keySet())) {
            CompletableFuture<JsonNode> open = questions.remove(name);
            if (open != null) {
                open.completeExceptionally(new CapabilityException(ErrorCode.CANCELLED, "the caller has gone"));
            }
        }
    }
}
