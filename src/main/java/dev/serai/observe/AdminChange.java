package dev.serai.observe;

import dev.serai.invocation.CallLabel;
import dev.serai.invocation.ErrorCode;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an operator changed in a running gateway, or tried to.
 *
 * @param caller who asked for it
 * @param client the address of the client
 * @param action what was asked for: open, renew, close or reload
 * @param target the session or capability that it was for, untrusted text; {@code null} where it was for all
 * @param code why it was not done; {@code null} where it was
 * @param nanos how long it took
 */
public record AdminChange(
        String caller,
        String client,
        String action,
        @Nullable String target,
        @Nullable ErrorCode code,
        long nanos) implements TrailLine {
    private static final int LONGEST_TARGET = 200;

    @Override
    public @Nullable CallLabel label() {
        return null;
    }

    @Override
    public String text() {
        String named =
                target == null || target.length() <= LONGEST_TARGET ? target : target.substring(0, LONGEST_TARGET);
        return new AuditFields()
                .with("caller", caller)
                .with("client", client)
                .with("admin", action)
                .with("target", named)
                .with("status", code == null ? "completed" : "failed")
                .with("code", code == null ? null : code.wireName())
                .with("durationMs", Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos)))
                .toString();
    }
}
