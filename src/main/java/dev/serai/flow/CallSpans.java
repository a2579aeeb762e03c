package dev.serai.flow;

import dev.serai.http.ServerName;
import dev.serai.invocation.ErrorCode;
import dev.serai.lifecycle.Stage;
import dev.serai.session.Lease;
import dev.serai.trace.Span;
import dev.serai.trace.TraceContext;
import dev.serai.trace.Tracing;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** The spans of one invocation: one for the whole, and one at a time for its attempts. */
final class CallSpans {
    static final CallSpans NONE = new CallSpans(Tracing.untraced());

    private final Span whole;
    private @Nullable Span attempt;

    private CallSpans(Span whole) {
        this.whole = whole;
    }

    /** Below the outer call's attempt, else below what the entry began, else below what the caller's headers say. */
    static CallSpans begin(
            Tracing tracing, Exchange exchange, Map<String, Object> callers, @Nullable Invocation outer) {
        Span above = outer == null ? exchange.getProperty(Span.PROPERTY, Span.class) : outer.spans.current();
        if (above != null) {
            return new CallSpans(above.begin("invoke", Span.Kind.INTERNAL));
        }
        TraceContext caller =
                TraceContext.parse(text(callers.get(TraceContext.PARENT)), text(callers.get(TraceContext.STATE)));
        return new CallSpans(tracing.begin(caller, "invoke", Span.Kind.INTERNAL));
    }

    private static @Nullable String text(@Nullable Object header) {
        return header instanceof String text ? text : null;
    }

    private Span current() {
        return attempt == null ? whole : attempt;
    }

    @Nullable
    TraceContext context() {
        return whole.context();
    }

    void event(String name) {
        whole.event(name);
    }

    /** Begins an attempt; one that a renewal follows has ended without success. */
    Span beginAttempt(Plan plan, String url, int number) {
        endAttempt("replayed");
        Span begun = whole.begin("attempt", Span.Kind.CLIENT);
        attempt = begun;
        begun.set("serai.capability", plan.capability().id());
        begun.set("serai.provider", plan.provider());
        begun.set("serai.attempt", number);
        if (begun.context() != null) {
            begun.set("server.address", ServerName.of(url));
        }
        return begun;
    }

    /** Notes that the attempt has its session. */
    void leased(Lease lease) {
        Span current = current();
        current.event("session");
        current.set("serai.session.reused", lease.reused());
        String hash = lease.session().hash();
        if (hash != null) {
            current.set("serai.session", hash);
        }
    }

    private void endAttempt(@Nullable String failure) {
        Span running = attempt;
        attempt = null;
        if (running != null) {
            if (failure != null) {
                running.fail(failure);
            }
            running.end();
        }
    }

    void end(Invocation invocation, Stage status, @Nullable ErrorCode code) {
        String failure = code == null ? null : code.wireName();
        endAttempt(failure);
        whole.set("serai.request_id", invocation.life.requestId());
        whole.set("serai.status", status.wireName());
        whole.set("serai.attempts", invocation.attempts);
        if (invocation.plan != null) {
            whole.set("serai.capability", invocation.capability().id());
        }
        if (failure != null) {
            whole.fail(failure);
        }
        whole.end();
    }

    /** For a call that ends without an answer. */
    void abandon() {
        endAttempt("abandoned");
        whole.end();
    }
}
