package dev.serai.entry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.session.ClosedSession;
import dev.serai.session.ServerState;
import dev.serai.session.SessionInfo;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sessions and servers as operators see them. */
final class SessionJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private SessionJson() {}

    static ObjectNode of(SessionInfo session) {
        ObjectNode node = NODES.objectNode();
        node.put("name", session.name());
        node.put("hash", session.hash());
        node.put("provider", session.provider());
        node.put("server", session.server());
        node.put("scope", session.scope());
        node.put("principal", session.principal());
        node.put("credential", session.credential());
        node.put("generation", session.generation());
        node.put("state", name(session.state()));
        node.put("openedFor", name(session.openedFor()));
        node.put("ageMs", session.age().toMillis());
        node.put("idleMs", session.idle().toMillis());
        node.put("uses", session.uses());
        node.put("inUse", session.inUse());
        node.put("lastError", session.lastError() == null ? null : name(session.lastError()));
        return node;
    }

    static ObjectNode of(ClosedSession closed) {
        ObjectNode node = of(closed.session());
        node.put("state", "closed");
        node.put("closedFor", name(closed.reason()));
        node.put("closedAgoMs", closed.ago().toMillis());
        return node;
    }

    static ObjectNode closed(List<ClosedSession> sessions) {
        ObjectNode document = NODES.objectNode();
        ArrayNode list = document.putArray("sessions");
        sessions.forEach(session -> list.add(of(session)));
        return document;
    }

    static ArrayNode servers(List<ServerState> servers) {
        ArrayNode list = NODES.arrayNode();
        for (ServerState server : servers) {
            ObjectNode node = list.addObject();
            node.put("provider", server.provider());
            node.put("server", server.server());
            node.put("sessions", server.sessions());
            if (server.failingFor() != null) {
                node.put("failingForMs", server.failingFor().toMillis());
                node.put("lastError", name(server.lastError()));
            }
        }
        return list;
    }

    private static String name(@Nullable Enum<?> value) {
        return value == null ? "" : value.name().toLowerCase(Locale.ROOT);
    }
}
