package dev.serai.invocation;

import org.jspecify.annotations.Nullable;

/** Which call a thread is serving, for the lines that are logged meanwhile. Holds no argument, result or secret. */
public interface CallLabel {
    String requestId();

    /** The capability's id; {@code null} as long as it is not known. */
    @Nullable
    String capabilityId();

    /** Whose trace the call is in, 32 hexadecimal digits; {@code null} where nobody traces. */
    @Nullable
    String traceId();

    /** The call that this thread serves; {@code null} where it serves none. */
    static @Nullable CallLabel current() {
        return CallLabels.CURRENT.get();
    }

    /** From now on this thread serves this call; with {@code null} none. */
    static void set(@Nullable CallLabel label) {
        if (label == null) {
            CallLabels.CURRENT.remove();
        } else {
            CallLabels.CURRENT.set(label);
        }
    }
}
