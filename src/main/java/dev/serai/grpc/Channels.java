package dev.serai.grpc;

import dev.serai.http.Http2Link;
import dev.serai.http.LocalAnswer;
import dev.serai.http.TransportHttp;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.UpstreamText;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The connections that are sessions, by ids that nobody can guess. Their number is bounded by the pool. */
final class Channels {
    private static final int ID_BYTES = 24;

    private final TransportHttp http;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, Http2Link> channels = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Channels(TransportHttp http) {
        this.http = http;
    }

    /** {@code null} for one that has ended, or without an id. */
    @Nullable
    Http2Link find(@Nullable String id) {
        return id == null ? null : channels.get(id);
    }

    /** Connects, and asks the server how it is. */
    CompletableFuture<LocalAnswer> open(UpstreamCall call, Map<String, String> metadata) {
        Http2Link link = http.http2(call, true);
        CompletableFuture<LocalAnswer> answer = new CompletableFuture<>();
        CompletableFuture<Unary.Reply> asked = Health.check(link, call, metadata);
        var unusedAnswer = answer.whenComplete((given, failure) -> {
            if (given == null || given.status() != 200) {
                asked.cancel(false);
                link.close();
            }
        });
        var unused = asked.whenComplete((reply, failure) -> {
            if (reply == null) {
                return;
            }
            Ending ending = Health.read(reply);
            if (ending.failure() != null) {
                answer.completeExceptionally(ending.failure());
            } else if (ending.status() != Status.OK) {
                answer.complete(refusal(call, ending));
            } else {
                answer.complete(Answering.json(opened(link)));
            }
        });
        return answer;
    }

    /** What the pool keeps of it; a server that is unavailable has lost it. */
    private String opened(Http2Link link) {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        channels.put(id, link);
        var unused = link.closed().thenRun(() -> channels.remove(id));
        if (closed) {
            link.close();
        }
        return "{\"id\":\"" + id + "\",\"lostWhen\":\"404, 503\"}";
    }

    static LocalAnswer refusal(UpstreamCall call, Ending ending) {
        return Answering.refusal(ending.status(), new Problems(null, secrets(call)).of(ending));
    }

    /** What a request carries that its server may quote. */
    static List<String> secrets(UpstreamCall call) {
        return UpstreamText.secrets(call.credential().headerValue());
    }

    /** Whether the connection answers, and the server says that it serves. */
    static CompletableFuture<LocalAnswer> check(
            UpstreamCall call, Map<String, String> metadata, @Nullable Http2Link channel) {
        if (channel == null) {
            return CompletableFuture.completedFuture(Answering.SESSION_LOST);
        }
        CompletableFuture<LocalAnswer> answer = new CompletableFuture<>();
        CompletableFuture<Unary.Reply> asked = Health.check(channel, call, metadata);
        var unusedAnswer = answer.whenComplete((given, failure) -> asked.cancel(false));
        var unused = asked.whenComplete((reply, failure) -> {
            if (reply == null) {
                return;
            }
            Ending ending = Health.read(reply);
            if (ending.failure() != null) {
                answer.complete(Answering.SESSION_LOST);
            } else if (ending.status() != Status.OK) {
                answer.complete(refusal(call, ending));
            } else {
                answer.complete(Answering.json("{}"));
            }
        });
        return answer;
    }

    LocalAnswer end(@Nullable String id) {
        Http2Link channel = id == null ? null : channels.remove(id);
        if (channel != null) {
            channel.close();
        }
        return Answering.json("{}");
    }

    void close() {
        closed = true;
        List.copyOf(channels.values()).forEach(Http2Link::close);
    }
}
