package dev.serai.sample;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Serves {@code tools/call}: does the work, then answers when and how the dials say. */
final class CallHandler {
    private static final int INVALID_PARAMS = -32602;

    private final Dials dials;
    private final Counters counters;
    private final SampleTools tools;
    private final Deferral deferral;

    CallHandler(Dials dials, Counters counters, SampleTools tools, Deferral deferral) {
        this.dials = dials;
        this.counters = counters;
        this.tools = tools;
        this.deferral = deferral;
    }

    void call(Reply reply, @Nullable SampleSession session, JsonNode id, JsonNode params) {
        counters.calls.increment();
        Integer status = dials.takeStatus();
        if (status != null) {
            refuse(reply, status);
            return;
        }
        String name = params.path("name").asText();
        ToolOutcome outcome = tools.call(name, params.path("arguments"), session);
        if (outcome == null) {
            reply.rpcError(200, id, INVALID_PARAMS, "Unknown tool: " + name);
        } else if (outcome.httpStatus() != 200) {
            reply.body(outcome.httpStatus(), "text/plain", "as asked");
        } else {
            worked(reply, session, id, params, outcome);
        }
    }

    private void refuse(Reply reply, int status) {
        if (dials.retryAfterSeconds() >= 0) {
            reply.header("Retry-After", Integer.toString(dials.retryAfterSeconds()));
        }
        reply.body(status, "text/plain", "not now");
    }

    private void worked(
            Reply reply, @Nullable SampleSession session, JsonNode id, JsonNode params, ToolOutcome outcome) {
        long delay = outcome.delayMillis()
                + dials.delay(params.path("name").asText()).toMillis();
        boolean later = delay > 0 || !dials.callGate().isDone();
        if (later) {
            reply.onAbandoned(counters.abandoned::increment);
        }
        if (outcome.reportsProgress() && dials.answerForm() == AnswerForm.USUAL) {
            reportProgress(reply, params.path("_meta").path("progressToken"), delay);
        }
        deferral.after(dials.callGate(), delay, () -> answer(reply, session, id, outcome));
    }

    /** Half of the progress at once, a log line halfway. Only who asked for progress gets it, as the protocol says. */
    private void reportProgress(Reply reply, JsonNode token, long delay) {
        if (token.isValueNode()) {
            reply.notification(Notifications.progress(token, 1, 2));
        }
        reply.notification(Notifications.log("started"));
        deferral.after(delay / 2, () -> {
            if (!reply.isGone()) {
                reply.notification(Notifications.log("halfway"));
            }
        });
    }

    /** A session that ended meanwhile takes its open calls with it, as in servers that close a session's streams. */
    private void answer(Reply reply, @Nullable SampleSession session, JsonNode id, ToolOutcome outcome) {
        if (reply.isGone()) {
            return;
        }
        if (session != null && session.isEnded()) {
            reply.closeConnection();
        } else {
            reply.result(dials.answerForm(), id, outcome.result());
        }
    }
}
