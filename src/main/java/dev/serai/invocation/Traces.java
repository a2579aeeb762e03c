package dev.serai.invocation;

import org.jspecify.annotations.Nullable;

/** Exceptions as types and places, without their messages. */
public final class Traces {
    private static final int MAX_CAUSES = 5;
    private static final int MAX_FRAMES = 6;

    private Traces() {}

    /** Up to five exceptions of the chain, each with where it was thrown. */
    public static String of(@Nullable Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable t : Causes.of(failure).stream().limit(MAX_CAUSES).toList()) {
            text.append(text.isEmpty() ? "" : "; caused by ")
                    .append(t.getClass().getName());
            StackTraceElement[] frames = t.getStackTrace();
            for (int f = 0; f < Math.min(MAX_FRAMES, frames.length); f++) {
                text.append(f == 0 ? " at " : " < ").append(frames[f]);
            }
        }
        return text.isEmpty() ? "unknown" : text.toString();
    }
}
