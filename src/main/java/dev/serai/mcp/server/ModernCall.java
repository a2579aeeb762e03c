package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.entry.EventReply;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.lifecycle.HangUp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A call without a session (2026-07-28). Where the client has to be asked, the request is answered with the questions,
 * and the call waits, parked, until the client repeats the request with its answers (basic/patterns/mrtr.mdx). A client
 * that goes while a request of it is open cancels the call.
 */
final class ModernCall extends OngoingCall {
    private final ParkedCalls parking;
    private final String name;
    private final int maxWaiting;
    private final Map<String, Question> questions = new LinkedHashMap<>();
    private Asked asked;
    private @Nullable Turn turn;
    private @Nullable EventReply events;
    private int round;
    private int nextKey;
    private boolean announced;
    /** Whether what is asked now is all that a call which begins anew would ask. */
    private boolean anew;

    private boolean over;

    ModernCall(Calls calls, CallPlan plan, Asked asked, Turn turn, ParkedCalls parking, int maxWaiting) {
        super(calls, plan);
        this.asked = asked;
        this.turn = turn;
        this.parking = parking;
        this.name = parking.newName();
        this.maxWaiting = maxWaiting;
    }

    String name() {
        return name;
    }

    /** Which of the states that the client was given counts: each answers one request only. */
    synchronized int round() {
        return round;
    }

    /** The connection of the open request. */
    void watch(HangUp connection) {
        connection.onHappened(this::cancel);
    }

    @Override
    synchronized Asked asked() {
        return asked;
    }

    @Override
    public ObjectNode capabilities() {
        return Asked.meta(asked().params(), "clientCapabilities") instanceof ObjectNode given ? given : Rpc.object();
    }

    @Override
    @Nullable
    LogLevel logLevel() {
        return LogLevel.named(Asked.meta(asked().params(), "logLevel").asText());
    }

    @Override
    synchronized boolean send(ObjectNode notification) {
        EventReply to = stream();
        return to == null || to.send(Rpc.event(null, notification));
    }

    private @Nullable EventReply stream() {
        Turn open = turn;
        if (events == null && open != null && open.canStream()) {
            EventReply fresh = new EventReply(maxWaiting, false);
            events = fresh;
            fresh.onGone(() -> left(fresh));
            open.stream(fresh);
        }
        return events;
    }

    private void left(EventReply stream) {
        synchronized (this) {
            if (events != stream) {
                return;
            }
        }
        cancel();
    }

    @Override
    public synchronized void canBeginAnew() {
        anew = round == 0 && questions.isEmpty();
    }

    @Override
    void put(String key, String method, ObjectNode params, CompletableFuture<JsonNode> answer) {
        JsonNode early = early(key);
        if (early != null) {
            answer.complete(early);
            return;
        }
        synchronized (this) {
            if (!over) {
                String unique = key.isEmpty() || questions.containsKey(key) ? "question-" + ++nextKey : key;
                questions.put(unique, new Question(method, params, answer));
                announce();
                return;
            }
        }
        answer.completeExceptionally(gone());
    }

    /** What a client answered in its first request, which it may where it knows the questions. */
    private synchronized @Nullable JsonNode early(String key) {
        JsonNode given = asked.params().path("inputResponses").path(key);
        return round == 0 && given.isObject() ? given : null;
    }

    /** A moment later, so that questions asked in a row go together. */
    private void announce() {
        if (!announced && turn != null) {
            announced = true;
            parking.soon(this::park);
        }
    }

    private void park() {
        List<CompletableFuture<JsonNode>> refused = new ArrayList<>();
        synchronized (this) {
            announced = false;
            if (over || turn == null || questions.isEmpty()) {
                return;
            }
            if (parking.add(this)) {
                round++;
                answerOpen(200, Rpc.result(asked.id(), inputRequired()));
                anew = false;
                turn = null;
                return;
            }
            questions.values().forEach(question -> refused.add(question.answer()));
            questions.clear();
        }
        refused.forEach(answer -> answer.completeExceptionally(new CapabilityException(
                ErrorCode.TOO_MANY_REQUESTS, "too many calls wait for the answer to a question")));
    }

    private ObjectNode inputRequired() {
        ObjectNode result = Rpc.object().put("resultType", "input_required");
        ObjectNode requests = result.putObject("inputRequests");
        questions.forEach((key, question) ->
                requests.putObject(key).put("method", question.method()).set("params", question.params()));
        result.put("requestState", parking.state(new State(name, round, anew), asked));
        result.putObject("_meta").set("io.modelcontextprotocol/serverInfo", Results.serverInfo());
        return result;
    }

    private void answerOpen(int status, ObjectNode message) {
        EventReply stream = events;
        Turn open = turn;
        events = null;
        if (stream != null) {
            stream.end(Rpc.event(null, message));
            if (open != null) {
                open.ended(message);
            }
        } else if (open != null) {
            open.json(status, message);
        }
    }

    /** The client repeated its request with answers; false where the call has ended meanwhile. */
    boolean resume(Asked again, Turn next, HangUp connection, int answeredRound) {
        Map<CompletableFuture<JsonNode>, JsonNode> answers = new LinkedHashMap<>();
        synchronized (this) {
            if (over || answeredRound != round || turn != null) {
                return false;
            }
            asked = again;
            turn = next;
            JsonNode given = again.params().path("inputResponses");
            for (String key : List.copyOf(questions.keySet())) {
                Question question = questions.get(key);
                if (question != null && given.path(key).isObject()) {
                    questions.remove(key);
                    answers.put(question.answer(), given.get(key));
                }
            }
            if (!questions.isEmpty()) {
                announce();
            }
        }
        watch(connection);
        answers.forEach(CompletableFuture::complete);
        return true;
    }

    @Override
    void deliver(int status, ObjectNode message) {
        List<Question> left;
        synchronized (this) {
            over = true;
            left = List.copyOf(questions.values());
            questions.clear();
            answerOpen(status, message);
            turn = null;
        }
        parking.remove(this);
        left.forEach(question -> question.answer().completeExceptionally(gone()));
    }

    private record Question(String method, ObjectNode params, CompletableFuture<JsonNode> answer) {}
}
