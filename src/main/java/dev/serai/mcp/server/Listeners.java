package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.entry.EventReply;
import java.util.ArrayList;
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
    private final Watching watching;
    private final Set<Listener> listening = ConcurrentHashMap.newKeySet();

    Listeners(int most, int maxWaiting, Tally tally, Watching watching) {
        this.most = most;
        this.maxWaiting = maxWaiting;
        this.tally = tally;
        this.watching = watching;
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
        List<Watched> watched = watched(asked, wanted.path("resourceSubscriptions"), listener);
        ObjectNode params = Rpc.object();
        params.set("notifications", granted);
        var unused = events.send(listener.event("notifications/subscriptions/acknowledged", params));
        ObjectNode complete = Rpc.object();
        complete.putObject("_meta").set(SUBSCRIPTION, asked.id());
        ObjectNode last = Rpc.result(asked.id(), Results.shape(complete, asked));
        events.farewell(Rpc.event(null, last));
        listening.add(listener);
        events.onGone(() -> {
            listening.remove(listener);
            watched.forEach(Watched::end);
        });
        turn.stream(events);
        turn.ended(last);
        for (Watched each : watched) {
            watching.begin(each);
        }
    }

    /** The resources that the client is to be told of, which it is told beside the lists. */
    private List<Watched> watched(Asked asked, JsonNode uris, Listener listener) {
        List<Watched> watched = new ArrayList<>();
        if (uris.isEmpty() || !watching.canAsk(asked)) {
            return watched;
        }
        ArrayNode granted = listener.granted().putArray("resourceSubscriptions");
        ObjectNode capabilities =
                Asked.meta(asked.params(), "clientCapabilities") instanceof ObjectNode given ? given : Rpc.object();
        for (JsonNode uri : uris) {
            if (watched.size() < Watching.MOST
                    && uri.isTextual()
                    && uri.textValue().length() <= Watching.LONGEST_URI) {
                granted.add(uri);
                watched.add(watching.one(asked, capabilities, uri.textValue(), params -> {
                    if (!listener.events().send(listener.event("notifications/resources/updated", params.deepCopy()))) {
                        tally.dropped();
                    }
                }));
            }
        }
        return watched;
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
