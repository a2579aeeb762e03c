package dev.serai.invocation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who goes first among calls that wait; {@code CapabilityPriority}. */
public enum Priority {
    HIGH(0),
    MEDIUM(1),
    LOW(2);

    private final int steps;

    Priority(int steps) {
        this.steps = steps;
    }

    /** How many steps below the highest. */
    public int steps() {
        return steps;
    }

    /** The priority of this name; medium where there is none. */
    public static Priority of(@Nullable String name) {
        if (name == null) {
            return MEDIUM;
        }
        for (Priority priority : values()) {
            if (priority.wireName().equals(name)) {
                return priority;
            }
        }
        throw new CapabilityException(
                ErrorCode.INVALID_ARGUMENTS, InvocationHeaders.PRIORITY + " must be one of high, medium, low");
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
