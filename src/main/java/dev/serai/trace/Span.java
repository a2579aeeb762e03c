package dev.serai.trace;

import org.jspecify.annotations.Nullable;

/**
 * One piece of the work for a call, from its beginning to {@link #end}. Where traces are off it only passes on whose
 * trace the caller is in. Holds no argument, result or secret.
 */
public interface Span {
    /** The exchange property in which an entry leaves the span that it began. */
    String PROPERTY = "SeraiSpan";

    /** What the work is, seen from outside. */
    enum Kind {
        /** Serving a caller. */
        SERVER,
        /** Work of the gateway itself. */
        INTERNAL,
        /** Asking an upstream. */
        CLIENT
    }

    /** What the next in line is told; {@code null} where nobody traces. */
    @Nullable
    TraceContext context();

    /** Begins a piece of this one. */
    Span begin(String name, Kind kind);

    void set(String attribute, String value);

    void set(String attribute, long value);

    void set(String attribute, boolean value);

    /** Notes that something happened now. */
    void event(String name);

    /** Says that the work failed, and why. */
    void fail(String reason);

    /** Ends it; a second time has no effect. */
    void end();
}
