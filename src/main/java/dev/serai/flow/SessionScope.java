package dev.serai.flow;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who shares a session, {@code session_scope}. */
enum SessionScope {
    /** All callers that use the same credential. */
    SHARED,
    /** One per authenticated caller; the callers that nobody authenticated are one. */
    CALLER,
    /** One per conversation of a caller; a call without one gets its own session. */
    CONVERSATION,
    /** One per call. */
    CALL;

    static SessionScope of(@Nullable String text, SessionScope otherwise) {
        return text == null ? otherwise : valueOf(text.toUpperCase(Locale.ROOT));
    }
}
