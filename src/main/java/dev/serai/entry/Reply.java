package dev.serai.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.ProblemDocument;
import dev.serai.invocation.SeraiHeaders;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP answer: status, headers (without {@code Content-Length}) and body.
 *
 * @param events what comes instead of a body; {@code null} where the answer is whole
 */
record Reply(
        int status,
        HttpHeaders headers,
        Buffer body,
        @Nullable EventReply events) {

    Reply(int status, HttpHeaders headers, Buffer body) {
        this(status, headers, body, null);
    }

    static Reply of(int status, String contentType, byte[] body) {
        return new Reply(status, new DefaultHttpHeaders().set("Content-Type", contentType), Buffer.buffer(body));
    }

    static Reply empty(int status) {
        return new Reply(status, new DefaultHttpHeaders(), Buffer.buffer());
    }

    /** A refusal by the ingress itself, with the code's own status. */
    static Reply problem(ErrorCode code, String detail) {
        return problem(code, code.httpStatus(), code.title(), detail);
    }

    /** The same where HTTP has a narrower status for it. */
    static Reply problem(ErrorCode code, int status, String title, String detail) {
        ObjectNode document = ProblemDocument.of(code, status, title, detail, null, null);
        return of(status, ProblemDocument.MEDIA_TYPE, document.toString().getBytes(StandardCharsets.UTF_8))
                .with(SeraiHeaders.REQUEST_ID, document.path("requestId").asText());
    }

    /** For what comes, or is still unanswered, when the gateway ends: the caller is to go elsewhere. */
    static Reply shuttingDown() {
        return problem(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.").with("Connection", "close");
    }

    Reply with(String header, String value) {
        headers.set(header, value);
        return this;
    }

    /** Sends it, to HEAD without the body; the future ends when it has left for the network or cannot. */
    Future<Void> writeTo(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        writeHead(response);
        if (request.method().equals(HttpMethod.HEAD)) {
            response.headers().set("Content-Length", Integer.toString(body.length()));
            return response.end();
        }
        return body.length() == 0 ? response.end() : response.end(body);
    }

    /** Says what is sent before the body. */
    void writeHead(HttpServerResponse response) {
        response.setStatusCode(status);
        for (Map.Entry<String, String> header : headers) {
            response.headers().add(header.getKey(), header.getValue());
        }
    }
}
