package dev.serai.sample;

/** What the sample server answers to an id that it does not know, as servers in the field do. */
public enum LostSession {
    /** 404, JSON-RPC -32001, {@code "id": null}. */
    NOT_FOUND(404, "application/json", error(-32001, "Session not found", true)),
    /** 404 and plain text. */
    NOT_FOUND_TEXT(404, "text/plain", "Session not found"),
    /** 404 and a serialised exception. */
    NOT_FOUND_EXCEPTION(404, "application/json", "{\"message\":\"Session not found\",\"stackTrace\":[]}"),
    /** 400, JSON-RPC -32000 without an id member. */
    BAD_REQUEST(400, "application/json", error(-32000, "Bad Request: No valid session ID provided", false)),
    /** 400 and a page. */
    BAD_REQUEST_HTML(400, "text/html", "<html><body>Bad Request</body></html>"),
    /** 400 and no body. */
    BAD_REQUEST_EMPTY(400, "text/plain", ""),
    /** 400 with a fresh session id in the header, which nobody may adopt. */
    BAD_REQUEST_WITH_FRESH_ID(
            400, "application/json", error(-32000, "Bad Request: No valid session ID provided", false));

    private final int status;
    private final String contentType;
    private final String body;

    LostSession(int status, String contentType, String body) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
    }

    int status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    String body() {
        return body;
    }

    private static String error(int code, String message, boolean withId) {
        return "{\"jsonrpc\":\"2.0\"" + (withId ? ",\"id\":null" : "") + ",\"error\":{\"code\":" + code
                + ",\"message\":\"" + message + "\"}}";
    }
}
