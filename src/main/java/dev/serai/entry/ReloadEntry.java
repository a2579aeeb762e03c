package dev.serai.entry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Problem;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.ProblemDocument;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/** Answers {@code POST /admin/reload}: what changed, and what is wrong, each with its file and line. */
public final class ReloadEntry {
    private static final int MOST_NAMED = 1_000;

    private final Supplier<Reloaded> reloading;
    /** One at a time: the others would wait on threads that other operators want. */
    private final Semaphore turn = new Semaphore(1);

    public ReloadEntry(Supplier<Reloaded> reloading) {
        this.reloading = reloading;
    }

    /**
     * What a reload did.
     *
     * @param capabilities how many capabilities are in force now
     * @param added ids that are new
     * @param changed ids whose declarations are different
     * @param removed ids that are gone
     * @param routes route files taken up
     * @param problems everything that is wrong in declarations now
     * @param routeProblem why the routes in force stay, as {@code file:line: message}; empty where they were taken up
     */
    public record Reloaded(
            int capabilities,
            List<String> added,
            List<String> changed,
            List<String> removed,
            List<String> routes,
            List<Problem> problems,
            String routeProblem) {}

    /** Reads declarations and routes again, at once. */
    public void reload(Exchange exchange) throws IOException {
        AdminAudit audit = new AdminAudit(IngressRequest.takenFrom(exchange), "reload", null);
        if (!turn.tryAcquire()) {
            Answers.set(
                    exchange,
                    ProblemDocument.MEDIA_TYPE,
                    Json.bytes(ProblemDocument.of(
                            ErrorCode.TOO_MANY_REQUESTS,
                            "another reload is in progress; ask again later",
                            null,
                            null)));
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, ErrorCode.TOO_MANY_REQUESTS.httpStatus());
            exchange.getMessage().setHeader("Retry-After", "1");
            audit.ended(exchange, ErrorCode.TOO_MANY_REQUESTS);
            return;
        }
        ErrorCode code = ErrorCode.INTERNAL_ERROR;
        try {
            answer(exchange, reloading.get());
            code = null;
        } finally {
            turn.release();
            audit.ended(exchange, code);
        }
    }

    private static void answer(Exchange exchange, Reloaded reloaded) throws IOException {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("capabilities", reloaded.capabilities());
        names(document.putArray("added"), reloaded.added());
        names(document.putArray("changed"), reloaded.changed());
        names(document.putArray("removed"), reloaded.removed());
        names(document.putArray("routes"), reloaded.routes());
        ArrayNode problems = document.putArray("problems");
        reloaded.problems().stream().limit(MOST_NAMED).forEach(problem -> problems.addObject()
                .put("severity", problem.severity().name().toLowerCase(Locale.ROOT))
                .put("at", problem.source().toString())
                .put("message", problem.message()));
        if (!reloaded.routeProblem().isEmpty()) {
            problems.addObject().put("severity", "error").put("message", reloaded.routeProblem());
        }
        Answers.set(exchange, "application/json", Json.bytes(document));
    }

    private static void names(ArrayNode array, List<String> names) {
        names.stream().limit(MOST_NAMED).forEach(array::add);
    }
}
