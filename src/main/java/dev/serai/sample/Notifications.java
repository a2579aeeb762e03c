package dev.serai.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What the sample server says before it answers. */
final class Notifications {
    private Notifications() {}

    static ObjectNode log(String text) {
        ObjectNode message = notification("notifications/message");
        ((ObjectNode) message.path("params")).put("level", "info").put("data", text);
        return message;
    }

    static ObjectNode progress(JsonNode token, long done, long total) {
        ObjectNode message = notification("notifications/progress");
        ObjectNode params = (ObjectNode) message.path("params");
        params.set("progressToken", token);
        params.put("progress", done).put("total", total);
        return message;
    }

    private static ObjectNode notification(String method) {
        ObjectNode message =
                JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").put("method", method);
        message.putObject("params");
        return message;
    }
}
