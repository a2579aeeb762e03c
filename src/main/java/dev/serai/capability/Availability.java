package dev.serai.capability;

import org.jspecify.annotations.Nullable;

/** Whether declared capabilities can be called now. Safe for use by several threads. */
public interface Availability {
    /** Under which routes find it. */
    String NAME = "availability";

    /** Why a call would get {@code no_provider}; {@code null} where the capability can be called. */
    @Nullable
    String reasonUnavailable(Capability capability);

    /** Differs from before when an answer may differ from before, for example after providers were reloaded. */
    default long generation() {
        return 0;
    }
}
