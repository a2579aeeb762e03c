package dev.serai.observe;

import dev.serai.invocation.CallLabel;
import dev.serai.lifecycle.EndedInvocation;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who called what, and how it ended. */
record AuditLine(EndedInvocation call) implements TrailLine, CallLabel {
    @Override
    public String requestId() {
        return call.requestId();
    }

    @Override
    public @Nullable String capabilityId() {
        return call.capability() == null ? null : call.capability().id();
    }

    @Override
    public @Nullable String traceId() {
        return null;
    }

    @Override
    public CallLabel label() {
        return this;
    }

    @Override
    public String text() {
        return new AuditFields()
                .with("caller", call.caller().name())
                .with("client", call.client())
                .with("capability", call.capabilityId())
                .with("status", call.status())
                .with("code", call.code() == null ? null : call.code().wireName())
                .with("attempts", Integer.toString(call.attempts()))
                .with("durationMs", Long.toString(TimeUnit.NANOSECONDS.toMillis(call.totalNanos())))
                .with("session", call.sessionHash())
                .with("request", call.requestId())
                .toString();
    }
}
