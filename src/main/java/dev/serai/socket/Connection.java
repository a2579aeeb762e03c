package dev.serai.socket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.BrokenAnswerException;
import dev.serai.http.LocalAnswer;
import dev.serai.http.TransportHttp;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.socket.SocketOrder.Following;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection and who waits on it. What is private is used on its event loop only. */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** Characters; to parse more holds the other calls of the event loop up. */
    private static final int QUICK = 64 * 1024;

    private final TransportHttp http;
    private final String host;
    private final WebSocketBase socket;
    private final Line line;
    private final SocketOrder.Open rules;
    private final Runnable atEnd;
    private final Waiting waiting = new Waiting();
    private final List<Follower> followers = new ArrayList<>();
    private @Nullable CapabilityException why;
    /** Whether it has said something: from then on a close refuses no greeting, and what was asked may have been done. */
    private boolean heard;

    /**
     * One that is open, and paused.
     *
     * @param host of the server, as it is called in messages
     * @param atEnd run once when it has ended, on its event loop
     */
    Connection(
            TransportHttp http,
            String host,
            WebSocketBase socket,
            Context context,
            SocketOrder.Open rules,
            Runnable atEnd) {
        this.http = http;
        this.host = host;
        this.socket = socket;
        this.line = new Line(socket, context, this::ended);
        this.rules = rules;
        this.atEnd = atEnd;
    }

    /** Takes from now on what the server says. */
    void begin() {
        // At once, if it can be: it may be closed as soon as it is open, and then takes no handlers.
        line.nowOnLoop(() -> {
            if (socket.isClosed()) {
                line.end();
                return;
            }
            socket.exceptionHandler(this::broken);
            socket.frameHandler(frame -> {
                // Each is answered at once: who sends them and reads no answer would fill the memory.
                if (frame.isPing() && !socket.isClosed() && socket.writeQueueFull()) {
                    line.cut(1008);
                }
            });
            socket.textMessageHandler(this::received);
            socket.binaryMessageHandler(bytes -> received(bytes.toString()));
            line.begin();
        });
    }

    CompletableFuture<LocalAnswer> tell(String message) {
        CompletableFuture<LocalAnswer> answer = new CompletableFuture<>();
        line.onLoop(() -> {
            if (takes(answer)) {
                line.write(message, answer, true);
            }
        });
        return answer;
    }

    CompletableFuture<LocalAnswer> ask(String message, @Nullable Match match) {
        CompletableFuture<LocalAnswer> answer = new CompletableFuture<>();
        line.onLoop(() -> {
            if (takes(answer)) {
                waiting.add(match, answer);
                line.write(message, answer, false);
            }
        });
        var unused = answer.whenComplete((given, failure) -> {
            if (answer.isCancelled()) {
                line.onLoop(() -> {
                    waiting.giveUp(match);
                    line.doubt();
                });
            }
        });
        return answer;
    }

    CompletableFuture<LocalAnswer> follow(String message, Following what) {
        CompletableFuture<LocalAnswer> answer = new CompletableFuture<>();
        line.onLoop(() -> {
            if (takes(answer)) {
                Follower follower = new Follower(line, followers::remove, what, http.maxMessage());
                followers.add(follower);
                follower.begin();
                line.write(message, answer, false);
                boolean taken = answer.complete(new LocalAnswer(
                        200, Map.of("Content-Type", "text/event-stream"), Buffer.buffer(), follower.parts()));
                if (!taken) {
                    follower.timeUp();
                }
            }
        });
        return answer;
    }

    /** @param patienceMillis after which a server that does not answer is taken for gone; at least 1 */
    CompletableFuture<LocalAnswer> ping(long patienceMillis) {
        CompletableFuture<LocalAnswer> answer = new CompletableFuture<>();
        line.onLoop(() -> line.ping(answer, patienceMillis));
        return answer;
    }

    /** @param code by which the server is told why (RFC 6455, 7.4) */
    CompletableFuture<LocalAnswer> close(int code) {
        CompletableFuture<LocalAnswer> answer = new CompletableFuture<>();
        line.onLoop(() -> line.close(code, answer));
        return answer;
    }

    private boolean takes(CompletableFuture<LocalAnswer> answer) {
        if (answer.isDone()) {
            return false;
        }
        boolean many = waiting.size() + followers.size() >= rules.maxPending();
        if (many && waiting.isStuck()) {
            line.cut(1002);
        }
        if (line.isOver()) {
            answer.complete(Line.GONE);
            return false;
        }
        if (many || line.isFull()) {
            answer.completeExceptionally(new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE,
                    many
                            ? rules.maxPending() + " requests wait for " + host
                                    + " on one connection already (max_pending); try later"
                            : host + " does not take the messages that were sent to it; try later"));
            return false;
        }
        return true;
    }

    private void received(String text) {
        if (text.length() <= QUICK) {
            dispatch(tree(text), text);
            return;
        }
        line.holdOrder();
        try {
            http.aside(() -> {
                JsonNode tree = tree(text);
                line.onLoop(() -> {
                    dispatch(tree, text);
                    line.releaseOrder();
                });
            });
        } catch (RejectedExecutionException e) {
            line.cut(1001);
        }
    }

    private static @Nullable JsonNode tree(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private void dispatch(@Nullable JsonNode message, String text) {
        boolean taken = false;
        if (message != null) {
            if (rules.asked() != null && rules.asked().in(message)) {
                line.say(rules.reply());
                return;
            }
            heard = true;
            if (waiting.named(message, text)) {
                return;
            }
            for (Follower follower : List.copyOf(followers)) {
                taken |= follower.offer(message, text);
            }
        }
        if (!taken && !waiting.next(text)) {
            LOG.debug("A message of {} that nobody waits for is dropped", host);
        }
    }

    private void broken(Throwable failure) {
        if (failure instanceof DecoderException || failure instanceof IllegalStateException) {
            why = new BrokenAnswerException(
                    host + " sent what is no WebSocket message, or one larger than " + rules.maxMessage()
                            + " bytes (max_message)",
                    failure);
            line.cut(1009);
        }
    }

    private Exception why() {
        Short code = socket.closeStatusCode();
        if (!heard && code != null && rules.refusals().contains((int) code)) {
            return new UpstreamStatusException(401, null, null, host + " closed the connection with " + code);
        }
        return why == null ? new IOException("the connection was closed") : why;
    }

    private void ended() {
        // Before anybody is told: who calls again at once must not be given this one.
        atEnd.run();
        Exception told = why();
        waiting.leave().forEach(answer -> answer.completeExceptionally(told));
        List.copyOf(followers).forEach(follower -> follower.lost(told));
    }
}
