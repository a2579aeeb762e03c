package dev.serai.trace;

import org.jspecify.annotations.Nullable;

/** Notes nothing; what it begins is itself. */
record PassedOn(@Nullable TraceContext context) implements Span {
    private static final PassedOn NOTHING = new PassedOn(null);

    static Span of(@Nullable TraceContext context) {
        return context == null ? NOTHING : new PassedOn(context);
    }

    @Override
    public Span begin(String name, Kind kind) {
        return this;
    }

    @Override
    public void set(String attribute, String value) {
        // Not noted.
    }

    @Override
    public void set(String attribute, long value) {
        // Not noted.
    }

    @Override
    public void set(String attribute, boolean value) {
        // Not noted.
    }

    @Override
    public void event(String name) {
        // Not noted.
    }

    @Override
    public void fail(String reason) {
        // Not noted.
    }

    @Override
    public void end() {
        // Nothing to send.
    }
}
