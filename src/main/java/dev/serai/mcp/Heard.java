package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.Json;
import dev.serai.invocation.Subscription;
import dev.serai.mcp.line.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What servers tell that no request asked for, and who is to be told: of lists whoever listens, of a resource who subscribed
 * to it, by the session in which its server was asked. Bounded by what clients may subscribe to.
 */
final class Heard {
    private static final String UPDATED = "notifications/resources/updated";
    /** Characters; of a longer one no parts are looked for. */
    private static final int LONGEST_URI = 2_048;

    private final @Nullable ListChanges changes;
    private final Runnable forget;
    private final Map<String, Map<String, Set<Subscription>>> subscriptions = new HashMap<>();

    /** @param forget drops what is remembered of servers' lists; must not block */
    Heard(@Nullable ListChanges changes, Runnable forget) {
        this.changes = changes;
        this.forget = forget;
    }

    boolean isListening() {
        return changes != null && changes.isListening();
    }

    /** A server said something, of which nothing is known yet. */
    void said(String session, byte[] message) {
        Envelope envelope = Envelope.read(message);
        String method = envelope == null ? null : envelope.method();
        if (method != null) {
            told(session, method, message);
        }
    }

    /** A server sent a notification. */
    void told(String session, String method, byte[] message) {
        String kind = ListChanges.kind(method);
        if (kind != null) {
            forget.run();
            if (changes != null) {
                changes.changed(kind);
            }
        } else if (method.equals(UPDATED) && params(message) instanceof ObjectNode params) {
            of(session, params.path("uri").asText()).forEach(each -> each.changed(params));
        }
    }

    private static JsonNode params(byte[] message) {
        try {
            return Json.MAPPER.readTree(message).path("params");
        } catch (IOException e) {
            return Json.MAPPER.missingNode();
        }
    }

    /** Those of the resource, and of what it is a part of: a server may tell of parts. Source: MCP, server, resources. */
    private synchronized List<Subscription> of(String session, String uri) {
        Map<String, Set<Subscription>> ofSession = subscriptions.getOrDefault(session, Map.of());
        List<Subscription> some = new ArrayList<>(ofSession.getOrDefault(uri, Set.of()));
        if (uri.length() <= LONGEST_URI) {
            for (int slash = uri.lastIndexOf('/'); slash > 0; slash = uri.lastIndexOf('/', slash - 1)) {
                some.addAll(ofSession.getOrDefault(uri.substring(0, slash), Set.of()));
            }
        }
        return some;
    }

    /** The server of this session tells of a resource from now on. */
    void subscribed(String session, Subscription subscription) {
        synchronized (this) {
            subscriptions
                    .computeIfAbsent(session, one -> new HashMap<>())
                    .computeIfAbsent(subscription.uri(), one -> new HashSet<>())
                    .add(subscription);
        }
        subscription.onEnd(() -> {
            if (wasLast(session, subscription)) {
                subscription.unwanted();
            }
        });
    }

    private synchronized boolean wasLast(String session, Subscription ended) {
        Map<String, Set<Subscription>> ofSession = subscriptions.getOrDefault(session, Map.of());
        Set<Subscription> some = ofSession.getOrDefault(ended.uri(), Set.of());
        if (!some.contains(ended)) {
            return false;
        }
        some.remove(ended);
        if (!some.isEmpty()) {
            return false;
        }
        ofSession.remove(ended.uri());
        if (ofSession.isEmpty()) {
            subscriptions.remove(session);
        }
        return true;
    }

    /** The session is gone, or nothing is heard of it. */
    void lost(String session) {
        Map<String, Set<Subscription>> ofSession;
        synchronized (this) {
            ofSession = subscriptions.remove(session);
        }
        if (ofSession != null) {
            ofSession.values().forEach(some -> some.forEach(Subscription::lost));
        }
    }
}
