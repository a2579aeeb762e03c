package dev.serai.session;

import java.time.Duration;

/**
 * A session that has ended.
 *
 * @param session as it was at its end
 * @param reason why it ended
 * @param ago time since then
 */
public record ClosedSession(SessionInfo session, CloseReason reason, Duration ago) {}
