package dev.serai.grpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.Http2Link;
import dev.serai.http.LocalAnswer;
import dev.serai.http.UpstreamUnreachableException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Makes of what a call gives what a server that speaks JSON over HTTP would answer. */
final class Answering implements Rpc.Taker {
    /** Unknown to the server by now. */
    static final LocalAnswer SESSION_LOST = new LocalAnswer(404, Map.of(), Buffer.buffer(), null);

    private static final Map<String, String> JSON = Map.of("content-type", "application/json");
    private static final Map<String, String> LINES = Map.of("content-type", "application/x-ndjson");

    /** Bytes; to turn more into JSON would hold the other calls of the event loop up. */
    private static final int QUICK = 64 * 1024;

    private final CompletableFuture<LocalAnswer> answer;
    private final Http2Link link;
    private final Messages messages;
    private final Problems problems;
    private final Executor executor;
    private final int most;
    private final boolean inSession;
    private @Nullable Rpc rpc;
    private byte @Nullable [] message;
    private @Nullable MessageStream stream;

    /**
     * @param executor runs what takes a while
     * @param most bytes of an answer
     * @param inSession whether the link is a session, whose loss is told as such
     */
    Answering(
            CompletableFuture<LocalAnswer> answer,
            Http2Link link,
            Messages messages,
            Problems problems,
            Executor executor,
            int most,
            boolean inSession) {
        this.answer = answer;
        this.link = link;
        this.messages = messages;
        this.problems = problems;
        this.executor = executor;
        this.most = most;
        this.inSession = inSession;
    }

    /** Before anything comes. */
    void of(Rpc begun) {
        rpc = begun;
    }

    @Override
    public void took(byte[] taken) {
        if (messages.isStream()) {
            stream().took(taken);
        } else if (message == null) {
            message = taken;
        } else {
            answer.completeExceptionally(new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the server answered with two messages; its method has one"));
        }
    }

    private MessageStream stream() {
        MessageStream known = stream;
        if (known == null) {
            known = new MessageStream(link, Objects.requireNonNull(rpc), messages, problems, most);
            stream = known;
            if (!answer.complete(new LocalAnswer(200, LINES, Buffer.buffer(), known))) {
                known.close();
            }
        }
        return known;
    }

    @Override
    public void ended(Ending ending) {
        try {
            tell(ending);
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    private void tell(Ending ending) {
        if (stream != null) {
            stream.ended(ending);
        } else if (ending.failure() != null) {
            fail(ending.failure());
        } else if (ending.status() != Status.OK) {
            refuse(ending.status(), problems.of(ending));
        } else if (messages.isStream()) {
            stream().ended(ending);
        } else if (message == null) {
            fail(new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the server ended the call without a message"));
        } else {
            whole(message);
        }
    }

    private void fail(CapabilityException failure) {
        if (inSession && failure instanceof UpstreamUnreachableException gone && gone.beforeWork()) {
            answer.complete(SESSION_LOST);
        } else {
            answer.completeExceptionally(failure);
        }
    }

    private void refuse(Status status, JsonNode problem) {
        answer.complete(refusal(status, problem));
    }

    static LocalAnswer refusal(Status status, JsonNode problem) {
        try {
            return new LocalAnswer(status.http(), JSON, Buffer.buffer(Json.bytes(problem)), null);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }

    static LocalAnswer json(String text) {
        return new LocalAnswer(200, JSON, Buffer.buffer(text), null);
    }

    private void whole(byte[] taken) {
        if (taken.length <= QUICK) {
            show(taken);
            return;
        }
        try {
            executor.execute(() -> show(taken));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(
                    new CapabilityException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down", e));
        }
    }

    private void show(byte[] taken) {
        try {
            byte[] json = messages.json(taken).getBytes(StandardCharsets.UTF_8);
            answer.complete(new LocalAnswer(200, JSON, Buffer.buffer(json), null));
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }
}
