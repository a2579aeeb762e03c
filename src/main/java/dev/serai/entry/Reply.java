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

/** An HTTP answer, whole: status, headers (without {@code Content-Length}) and body. */
record Reply(int status, HttpHeaders headers, Buffer body) {

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
        response.setStatusCode(status);
        for (Map.Entry<String, String> header : headers) {
            response.headers().add(header.getKey(), header.getValue());
        }
        if (request.method().equals(HttpMethod.HEAD)) {
            response.headers().set("Content-Length", Integer.toString(body.length()));
            return response.end();
        }
        return body.length() == 0 ? response.end() : response.end(body);
    }
}
