package dev.serai.session;

import dev.serai.invocation.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What may be shown of one session.
 *
 * @param name what it is called by in this process: the hash, or a number of its own after {@code none-} where it has
 *     no id
 * @param hash the short hash of its id; {@code null} where the server keeps no sessions
 * @param provider the provider's name
 * @param server scheme, host and port
 * @param scope the kind of scope: shared, caller, conversation or call
 * @param principal the hash of the caller or conversation that it belongs to; {@code null} where it is shared
 * @param credential the beginning of the credential's hash, or {@code none}
 * @param generation which read of the credential
 * @param state open, or draining once it takes no more calls
 * @param openedFor why there is one
 * @param age time since it was opened
 * @param idle time since its last use, to a second
 * @param uses calls that it was given to, up to 2,147,483,647
 * @param inUse calls that use it now
 * @param lastError the last failure of a call in it; {@code null} without one
 */
public record SessionInfo(
        String name,
        @Nullable String hash,
        String provider,
        String server,
        String scope,
        @Nullable String principal,
        String credential,
        long generation,
        State state,
        OpenReason openedFor,
        Duration age,
        Duration idle,
        long uses,
        int inUse,
        @Nullable ErrorCode lastError) {

    /** Whether a session takes calls. */
    public enum State {
        OPEN,
        DRAINING
    }
}
