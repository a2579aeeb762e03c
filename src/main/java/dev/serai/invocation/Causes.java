package dev.serai.invocation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The causes of a failure, looked at to a bounded depth: a chain may lead back to itself. */
public final class Causes {
    private static final int MAX_DEPTH = 10;

    private Causes() {}

    /** The failure itself and what caused it, the outermost first, at most ten; empty without a failure. */
    public static List<Throwable> of(@Nullable Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = failure; t != null && chain.size() < MAX_DEPTH; t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }

    /** The outermost of the type; {@code null} where there is none. */
    public static <T extends Throwable> @Nullable T find(@Nullable Throwable failure, Class<T> type) {
        for (Throwable t : of(failure)) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
