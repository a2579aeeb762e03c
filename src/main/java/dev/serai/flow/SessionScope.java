package dev.serai.flow;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who shares a session, {@code session_scope}. */
enum SessionScope {
    /** All callers that use the same credential. */
    SHARED,
    /** One per authenticated caller; without inbound authentication there is one caller, so as shared. */
    CALLER,
    /** One per conversation; a call without one gets its own session. */
    CONVERSATION,
    /** One per call. */
    CALL;

    static SessionScope of(@Nullable String text) {
        return text == null ? SHARED : valueOf(text.toUpperCase(Locale.ROOT));
    }
}
