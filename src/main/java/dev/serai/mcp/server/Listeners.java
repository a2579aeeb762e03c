package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.entry.EventReply;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The clients without sessions that listen for changes (2026-07-28, basic/patterns/subscriptions.mdx), in bounds. */
final class Listeners {
    /** What is known of, by the filter that asks for it. */
    private static final List<String> KINDS = List.of("toolsListChanged", "promptsListChanged", "resourcesListChanged");

    private static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";

    private final int most;
    private final int maxWaiting;
    private final Tally tally;
    private final Set<Listener> listening = ConcurrentHashMap.newKeySet();

    Listeners(int most, int maxWaiting, Tally tally) {
        this.most = most;
        this.maxWaiting = maxWaiting;
        this.tally = tally;
    }

    /** Begins a stream for this request. */
    void begin(Asked asked, Turn turn) {
        JsonNode wanted = asked.params().path("notifications");
        if (!wanted.isObject()) {
            throw RpcError.handled(Rpc.INVALID_PARAMS, "params.notifications: expected an object");
        }
        if (listening.size() >= most || !turn.canStream()) {
            throw new RpcError(
                    429, Rpc.INTERNAL_ERROR, "there are already " + most + " listeners; try again later", null);
        }
        ObjectNode granted = Rpc.object();
        for (String kind : KINDS) {
            if (wanted.path(kind).asBoolean()) {
                granted.put(kind, true);
            }
        }
        EventReply events = new EventReply(maxWaiting, true);
        Listener listener = new Listener(events, asked.id(), granted);
        ObjectNode params = Rpc.object();
        params.set("notifications", granted);
        var unused = events.send(listener.event("notifications/subscriptions/acknowledged", params));
        ObjectNode complete = Rpc.object();
        complete.putObject("_meta").set(SUBSCRIPTION, asked.id());
        ObjectNode last = Rpc.result(asked.id(), Results.shape(complete, asked));
        events.farewell(Rpc.event(null, last));
        listening.add(listener);
        events.onGone(() -> listening.remove(listener));
        turn.stream(events);
        turn.ended(last);
    }

    /** Tells those who want to know that a list is another one. */
    void changed(String kind, String notification) {
        for (Listener listener : listening) {
            if (listener.granted().path(kind).asBoolean()
                    && !listener.events().send(listener.event(notification, Rpc.object()))) {
                tally.dropped();
            }
        }
    }

    int count() {
        return listening.size();
    }

    private record Listener(EventReply events, JsonNode id, ObjectNode granted) {
        byte[] event(String method, ObjectNode params) {
            params.putObject("_meta").set(SUBSCRIPTION, id);
            return Rpc.event(null, Rpc.notification(method, params));
        }
    }
}
