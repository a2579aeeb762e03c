package dev.serai.lifecycle;

import dev.serai.capability.Capability;
import dev.serai.invocation.Caller;
import dev.serai.invocation.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * One invocation after its end. Holds no argument, result or secret.
 *
 * @param requestId names the call
 * @param capabilityId what the caller asked for, untrusted text; {@code null} where it named nothing
 * @param capability its declaration; {@code null} where there is none
 * @param caller who called
 * @param client the address of the client; {@code null} where the entry does not know it
 * @param status how it ended, as {@code CapabilityStatus}
 * @param code why it did not complete; {@code null} where it did
 * @param attempts how often the provider was called
 * @param sessionHash short hash of the session; {@code null} without one
 * @param sessionReused whether the session was open before
 * @param queuedNanos time spent waiting for admission
 * @param totalNanos time from arrival to answer
 */
public record EndedInvocation(
        String requestId,
        @Nullable String capabilityId,
        @Nullable Capability capability,
        Caller caller,
        @Nullable String client,
        String status,
        @Nullable ErrorCode code,
        int attempts,
        @Nullable String sessionHash,
        boolean sessionReused,
        long queuedNanos,
        long totalNanos) {}
