package dev.serai.observe;

import dev.serai.invocation.CallLabel;
import org.jspecify.annotations.Nullable;

/** One line of the audit trail before it is written. */
interface TrailLine {
    String text();

    /** The call that it is about; {@code null} where it is about none. */
    @Nullable
    CallLabel label();
}
