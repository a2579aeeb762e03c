package dev.serai.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What became of a call, for those who asked for the same meanwhile. */
public sealed interface Landing {
    /** It has an answer. */
    record Answered(KeptAnswer answer) implements Landing {}

    /**
     * It failed, as they would have.
     *
     * @param detail what the caller is told, without secrets
     * @param result the provider's whole result; {@code null} without one
     * @param end what that says of the server
     */
    record Failed(ErrorCode code, String detail, @Nullable JsonNode result, Passage.End end) implements Landing {}
}
