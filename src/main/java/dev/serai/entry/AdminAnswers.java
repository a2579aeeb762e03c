package dev.serai.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.ProblemDocument;
import java.io.IOException;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Answers what operators ask: JSON or a problem; a change gets its line in the audit trail. */
final class AdminAnswers {
    private static final String JSON = "application/json";
    private static final int NOT_FOUND = 404;

    private AdminAnswers() {}

    static void answer(Exchange exchange, Function<IngressRequest, JsonNode> work) throws IOException {
        var unused = answer(exchange, IngressRequest.takenFrom(exchange), work);
    }

    /** @param target what is changed, for the audit trail */
    static void change(
            Exchange exchange,
            String action,
            Function<IngressRequest, @Nullable String> target,
            Function<IngressRequest, JsonNode> work)
            throws IOException {
        IngressRequest request = IngressRequest.takenFrom(exchange);
        AdminAudit audit = new AdminAudit(request, action, target.apply(request));
        ErrorCode code = ErrorCode.INTERNAL_ERROR;
        try {
            code = answer(exchange, request, work);
        } finally {
            audit.ended(exchange, code);
        }
    }

    /** Why there is no answer but a problem; {@code null} where there is. */
    private static @Nullable ErrorCode answer(
            Exchange exchange, IngressRequest request, Function<IngressRequest, JsonNode> work) throws IOException {
        try {
            Answers.set(exchange, JSON, Json.bytes(work.apply(request)));
            return null;
        } catch (NoSuchThing e) {
            ObjectNode problem = ProblemDocument.of(
                    ErrorCode.INVALID_ARGUMENTS, NOT_FOUND, "Not found", String.valueOf(e.getMessage()), null, null);
            problem(exchange, problem, NOT_FOUND);
            return ErrorCode.INVALID_ARGUMENTS;
        } catch (CapabilityException e) {
            ObjectNode problem = ProblemDocument.of(e.code(), String.valueOf(e.getMessage()), null, null);
            problem(exchange, problem, e.code().httpStatus());
            if (e.code() == ErrorCode.TOO_MANY_REQUESTS) {
                exchange.getMessage().setHeader("Retry-After", "1");
            }
            return e.code();
        }
    }

    private static void problem(Exchange exchange, ObjectNode document, int status) throws IOException {
        Answers.set(exchange, ProblemDocument.MEDIA_TYPE, Json.bytes(document));
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    }
}
