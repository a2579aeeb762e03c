package dev.serai.observe;

import dev.serai.invocation.CallLabel;
import dev.serai.lifecycle.EndedInvocation;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who called what, and how it ended. What a caller made up stands in quotes, with everything but printable ASCII
 * escaped, so that nobody forges a line or a field.
 */
record AuditLine(EndedInvocation call) implements CallLabel {
    private static final String NONE = "-";
    private static final int USUAL_LENGTH = 200;

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

    String text() {
        StringBuilder line = new StringBuilder(USUAL_LENGTH);
        field(line, "caller", call.caller().name());
        field(line, "client", call.client());
        field(line, "capability", call.capabilityId());
        field(line, "status", call.status());
        field(line, "code", call.code() == null ? null : call.code().wireName());
        field(line, "attempts", Integer.toString(call.attempts()));
        field(line, "durationMs", Long.toString(TimeUnit.NANOSECONDS.toMillis(call.totalNanos())));
        field(line, "session", call.sessionHash());
        field(line, "request", call.requestId());
        return line.toString();
    }

    private static void field(StringBuilder line, String name, @Nullable String value) {
        if (!line.isEmpty()) {
            line.append(' ');
        }
        line.append(name).append('=');
        if (value == null) {
            line.append(NONE);
        } else if (isPlain(value)) {
            line.append(value);
        } else {
            quote(line, value);
        }
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty()
                && !value.equals(NONE)
                && value.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "._:/@+-".indexOf(c) >= 0);
    }

    private static void quote(StringBuilder line, String value) {
        line.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }
}
