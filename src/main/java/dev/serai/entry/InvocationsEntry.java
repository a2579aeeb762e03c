package dev.serai.entry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.admission.AdmissionSnapshot;
import dev.serai.invocation.Json;
import dev.serai.lifecycle.EndedInvocation;
import dev.serai.lifecycle.EndedLife;
import dev.serai.lifecycle.InvocationLife;
import dev.serai.lifecycle.Invocations;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;

/** Answers {@code GET /admin/invocations}: what is in progress and what became of the last calls. */
public final class InvocationsEntry {
    private static final int MOST = 1_000;

    private final Invocations invocations;
    private final dev.serai.admission.Admission admission;

    public InvocationsEntry(Invocations invocations, dev.serai.admission.Admission admission) {
        this.admission = admission;
        this.invocations = invocations;
    }

    public void list(Exchange exchange) throws IOException {
        IngressRequest.takenFrom(exchange);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("inProgress", invocations.inProgress());
        AdmissionSnapshot now = admission.snapshot();
        document.put("inFlight", now.inFlight()).put("limit", now.limit());
        ObjectNode queued = document.putObject("queued");
        queued.put("high", now.queuedHigh()).put("medium", now.queuedMedium()).put("low", now.queuedLow());
        ArrayNode running = document.putArray("running");
        invocations.running(MOST).forEach(life -> running.add(running(life)));
        ArrayNode ended = document.putArray("ended");
        invocations.ended(MOST).forEach(life -> ended.add(ended(life)));
        Answers.set(exchange, "application/json", Json.bytes(document));
        exchange.getMessage().setHeader("Cache-Control", "no-store");
    }

    private static ObjectNode running(InvocationLife life) {
        ObjectNode call = JsonNodeFactory.instance.objectNode();
        call.put("requestId", life.requestId());
        call.put("capability", life.capabilityId());
        call.put("caller", life.caller().name());
        call.put("stage", life.stage().wireName());
        call.put("ageMs", millis(System.nanoTime() - life.receivedNanos()));
        return stages(call, life);
    }

    private static ObjectNode ended(EndedLife ended) {
        EndedInvocation how = ended.invocation();
        ObjectNode call = JsonNodeFactory.instance.objectNode();
        call.put("requestId", how.requestId());
        call.put("capability", how.capabilityId());
        call.put("caller", how.caller().name());
        call.put("status", how.status());
        if (how.code() != null) {
            call.put("code", how.code().wireName());
        }
        call.put("attempts", how.attempts());
        if (how.sessionHash() != null) {
            call.put("session", how.sessionHash());
            call.put("sessionReused", how.sessionReused());
        }
        call.put("endedAt", ended.at().toString());
        call.put("durationMs", millis(how.totalNanos()));
        return stages(call, ended.life());
    }

    private static ObjectNode stages(ObjectNode call, InvocationLife life) {
        call.put("queuedMs", millis(life.inQueueNanos()));
        call.put("preparingMs", millis(life.preparingNanos()));
        call.put("callingMs", millis(life.inCallNanos()));
        return call;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
