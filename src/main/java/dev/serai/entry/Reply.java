package dev.serai.entry;

import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.ProblemDocument;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

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
        String document =
                ProblemDocument.of(code, status, title, detail, null, null).toString();
        return of(status, ProblemDocument.MEDIA_TYPE, document.getBytes(StandardCharsets.UTF_8));
    }

    Reply with(String header, String value) {
        headers.set(header, value);
        return this;
    }
}
