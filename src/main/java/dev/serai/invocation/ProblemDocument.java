package dev.serai.invocation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Errors as {@code application/problem+json} (RFC 9457). */
public final class ProblemDocument {
    private static final String TYPE = "urn:serai:error:";

    private ProblemDocument() {}

    /**
     * @param detail what went wrong, without secrets
     * @param capability the id that was called, where one is known
     * @param requestId the call, where one was made
     */
    public static ObjectNode of(
            ErrorCode code, String detail, @Nullable String capability, @Nullable String requestId) {
        ObjectNode problem = JsonNodeFactory.instance.objectNode();
        problem.put("type", TYPE + code.wireName());
        problem.put("title", code.title());
        problem.put("status", code.httpStatus());
        problem.put("detail", detail);
        problem.put("code", code.wireName());
        if (capability != null) {
            problem.put("capability", capability);
        }
        if (requestId != null && !requestId.isEmpty()) {
            problem.put("requestId", requestId);
        }
        return problem;
    }
}
