package dev.serai.trace;

import org.jspecify.annotations.Nullable;

/** Where spans begin. */
public interface Tracing extends AutoCloseable {
    /** Traces are off: spans only pass on the caller's context. */
    Tracing OFF = (parent, name, kind) -> PassedOn.of(parent);

    /** A span in nobody's trace. */
    static Span untraced() {
        return PassedOn.of(null);
    }

    /** Begins the first span of a call, below the caller's own where there is one. */
    Span begin(@Nullable TraceContext parent, String name, Span.Kind kind);

    /** Sends what has ended and not been sent. */
    @Override
    default void close() {
        // Nothing is kept.
    }
}
