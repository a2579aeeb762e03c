package dev.serai.trace;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/** A span that is sent when it has ended. */
final class ExportedSpan implements Span {
    private final Tracer tracer;
    private final Context here;
    private final io.opentelemetry.api.trace.Span span;
    private final TraceContext context;

    private ExportedSpan(Tracer tracer, Context above, io.opentelemetry.api.trace.Span span, @Nullable String state) {
        this.tracer = tracer;
        this.span = span;
        this.here = above.with(span);
        SpanContext own = span.getSpanContext();
        this.context = new TraceContext(
                own.getTraceId(), own.getSpanId(), own.getTraceFlags().asHex(), state);
    }

    /** @param state the caller's {@code tracestate}, which goes on as it came */
    static ExportedSpan begin(Tracer tracer, Context above, String name, Kind kind, @Nullable String state) {
        SpanKind wire =
                switch (kind) {
                    case SERVER -> SpanKind.SERVER;
                    case INTERNAL -> SpanKind.INTERNAL;
                    case CLIENT -> SpanKind.CLIENT;
                };
        return new ExportedSpan(
                tracer,
                above,
                tracer.spanBuilder(name).setParent(above).setSpanKind(wire).startSpan(),
                state);
    }

    @Override
    public TraceContext context() {
        return context;
    }

    @Override
    public Span begin(String name, Kind kind) {
        return begin(tracer, here, name, kind, context.state());
    }

    @Override
    public void set(String attribute, String value) {
        span.setAttribute(attribute, value);
    }

    @Override
    public void set(String attribute, long value) {
        span.setAttribute(attribute, value);
    }

    @Override
    public void set(String attribute, boolean value) {
        span.setAttribute(attribute, value);
    }

    @Override
    public void event(String name) {
        span.addEvent(name);
    }

    @Override
    public void fail(String reason) {
        span.setStatus(StatusCode.ERROR, reason);
    }

    @Override
    public void end() {
        span.end();
    }
}
