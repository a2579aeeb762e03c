package dev.serai.socket;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.LocalAnswer;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The requests of a connection that wait for their answers. Used on its event loop only. */
final class Waiting {
    private final Map<JsonPointer, Map<String, CompletableFuture<LocalAnswer>>> known = new HashMap<>();
    /** One that was given up stays: its answer may still come, and is nobody else's. */
    private final ArrayDeque<CompletableFuture<LocalAnswer>> inOrder = new ArrayDeque<>();

    private int size;

    int size() {
        return size;
    }

    /** Whether the next answer is one that nobody waits for any more. */
    boolean isStuck() {
        CompletableFuture<LocalAnswer> next = inOrder.peek();
        return next != null && next.isDone();
    }

    void add(@Nullable Match match, CompletableFuture<LocalAnswer> answer) {
        size++;
        if (match == null) {
            inOrder.add(answer);
        } else {
            known.computeIfAbsent(match.at(), at -> new HashMap<>()).put(match.value(), answer);
        }
    }

    void giveUp(@Nullable Match match) {
        if (match != null && remove(match.at(), match.value()) != null) {
            size--;
        }
    }

    private @Nullable CompletableFuture<LocalAnswer> remove(JsonPointer at, String value) {
        Map<String, CompletableFuture<LocalAnswer>> there = known.get(at);
        if (there == null) {
            return null;
        }
        CompletableFuture<LocalAnswer> found = there.remove(value);
        if (there.isEmpty()) {
            known.remove(at);
        }
        return found;
    }

    /** Hands a message to the request that it names; whether there is one. */
    boolean named(JsonNode message, String text) {
        for (JsonPointer at : known.keySet()) {
            String value = Match.text(message.at(at));
            CompletableFuture<LocalAnswer> found = value == null ? null : remove(at, value);
            if (found != null) {
                size--;
                found.complete(answer(text));
                return true;
            }
        }
        return false;
    }

    /** Hands a message to the next request in the order; whether there is one. */
    boolean next(String text) {
        CompletableFuture<LocalAnswer> found = inOrder.poll();
        if (found == null) {
            return false;
        }
        size--;
        found.complete(answer(text));
        return true;
    }

    /** All of them, which wait no more. */
    List<CompletableFuture<LocalAnswer>> leave() {
        List<CompletableFuture<LocalAnswer>> all = new ArrayList<>(inOrder);
        known.values().forEach(there -> all.addAll(there.values()));
        known.clear();
        inOrder.clear();
        size = 0;
        return all;
    }

    private static LocalAnswer answer(String text) {
        return new LocalAnswer(200, Map.of("Content-Type", "application/json"), Buffer.buffer(text), null);
    }
}
