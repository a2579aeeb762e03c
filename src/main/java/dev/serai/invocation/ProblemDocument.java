package dev.serai.invocation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The body of a failed answer, {@code application/problem+json} (RFC 9457). */
public final class ProblemDocument {
    /** The media type of the document. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE_PREFIX = "urn:serai:error:";

    private ProblemDocument() {}

    /** A document with the code's own status and title; without a request id one is made up. */
    public static ObjectNode of(
            ErrorCode code, String detail, @Nullable String capability, @Nullable String requestId) {
        return of(code, code.httpStatus(), code.title(), detail, capability, requestId);
    }

    /** The same where HTTP has a narrower status for it, for example 415 for {@code invalid_arguments}. */
    public static ObjectNode of(
            ErrorCode code,
            int status,
            String title,
            String detail,
            @Nullable String capability,
            @Nullable String requestId) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("type", TYPE_PREFIX + code.wireName());
        document.put("title", title);
        document.put("status", status);
        document.put("detail", detail);
        document.put("code", code.wireName());
        if (capability != null) {
            document.put("capability", capability);
        }
        document.put("requestId", requestId == null ? RequestIds.make() : requestId);
        return document;
    }
}
