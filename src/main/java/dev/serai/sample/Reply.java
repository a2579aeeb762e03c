package dev.serai.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One answer of the sample server, in any of its forms. */
final class Reply {
    private static final String JSON = "application/json";
    private static final String CONTENT_TYPE = "Content-Type";
    private static final int INTERNAL_ERROR = -32603;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private boolean streaming;

    Reply(HttpServerRequest request, Map<String, String> extraHeaders) {
        this.request = request;
        this.response = request.response();
        extraHeaders.forEach(response::putHeader);
    }

    Reply header(String name, String value) {
        response.putHeader(name, value);
        return this;
    }

    boolean isGone() {
        return response.closed() || response.ended();
    }

    void onAbandoned(Runnable action) {
        response.closeHandler(nothing -> action.run());
    }

    void closeConnection() {
        request.connection().close();
    }

    void status(int status) {
        response.setStatusCode(status).end();
    }

    void body(int status, String contentType, String body) {
        response.setStatusCode(status).putHeader(CONTENT_TYPE, contentType).end(body);
    }

    void rpcError(int status, @Nullable JsonNode id, int code, String message) {
        body(status, JSON, error(id, code, message).toString());
    }

    /** Starts an event stream, if none was started, and sends a notification. */
    void notification(ObjectNode message) {
        event("message", message.toString());
    }

    /** Answers with this result. */
    void result(AnswerForm form, JsonNode id, ObjectNode result) {
        ObjectNode message = message(id);
        message.set("result", result);
        switch (form) {
            case USUAL -> usual(message);
            case JSON -> json(JSON, message);
            case JSON_WITH_CHARSET -> json("application/json;charset=UTF-8", message);
            case SSE, SSE_PRIMED_WITH_NOTIFICATIONS, SSE_WITHOUT_EVENT_NAME, SSE_MULTI_LINE, SSE_STAYS_OPEN ->
                stream(form, message);
            default -> broken(form, id, message);
        }
    }

    private void usual(ObjectNode message) {
        if (streaming) {
            event("message", message.toString());
            response.end();
        } else {
            json(JSON, message);
        }
    }

    private void json(String contentType, JsonNode message) {
        body(200, contentType, message.toString());
    }

    private void stream(AnswerForm form, ObjectNode message) {
        switch (form) {
            case SSE_PRIMED_WITH_NOTIFICATIONS -> {
                write("id: 1\nretry: 1000\ndata: \n\n: still there\n\n");
                event("message", Notifications.log("working").toString());
                event("message", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
                event("message", message.toString());
            }
            case SSE_WITHOUT_EVENT_NAME -> write("data: " + message + "\n\n");
            case SSE_MULTI_LINE ->
                write("\uFEFFevent: message\r\ndata: "
                        + message.toPrettyString().replaceAll("\\R", "\r\ndata: ") + "\r\n\r\n");
            default -> event("message", message.toString());
        }
        if (form != AnswerForm.SSE_STAYS_OPEN) {
            response.end();
        }
    }

    private void broken(AnswerForm form, JsonNode id, ObjectNode message) {
        ObjectNode error = error(id, INTERNAL_ERROR, "Internal error");
        switch (form) {
            case SSE_TRUNCATED -> {
                String half = message.toString();
                write("event: message\ndata: " + half.substring(0, half.length() / 2));
                response.end();
            }
            case SSE_WITHOUT_ANSWER -> {
                event("message", Notifications.log("working").toString());
                response.end();
            }
            case HTML -> body(200, "text/html", "<!DOCTYPE html><html><body>Welcome</body></html>");
            case EMPTY ->
                response.setStatusCode(200).putHeader(CONTENT_TYPE, JSON).end();
            case JSON_TRUNCATED -> body(200, JSON, message.toString().substring(0, 20));
            case NOT_JSON_RPC -> body(200, JSON, "{\"message\":\"hello\"}");
            case WRONG_ID -> json(JSON, message.put("id", id.asLong() + 1));
            case WITHOUT_ID -> json(JSON, message.without("id"));
            case RPC_ERROR -> json(JSON, error);
            case RPC_ERROR_SSE -> event("message", error.without("id").toString());
            case BOTH -> json(JSON, message.setAll(error));
            case NEITHER -> json(JSON, message.without("result"));
            case WRONG_JSONRPC -> json(JSON, message.put("jsonrpc", "1.0"));
            default -> closeConnection();
        }
    }

    private void event(String name, String data) {
        write("event: " + name + "\ndata: " + data + "\n\n");
    }

    private void write(String text) {
        if (!streaming) {
            streaming = true;
            response.setChunked(true).putHeader(CONTENT_TYPE, "text/event-stream");
        }
        response.write(Buffer.buffer(text));
    }

    private static ObjectNode message(@Nullable JsonNode id) {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        message.set("id", id == null ? JsonNodeFactory.instance.nullNode() : id);
        return message;
    }

    private static ObjectNode error(@Nullable JsonNode id, int code, String text) {
        ObjectNode message = message(id);
        message.putObject("error").put("code", code).put("message", text);
        return message;
    }
}
