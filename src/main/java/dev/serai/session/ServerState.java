package dev.serai.session;

import dev.serai.invocation.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the pool knows of one server from opening sessions with it.
 *
 * @param provider the provider's name
 * @param server scheme, host and port, for example {@code https://example.org}; never a secret
 * @param sessions sessions open with it, those being closed included
 * @param failingFor time since the first of the openings that have failed without a success in between; {@code
 *     null} where the last one succeeded or nobody has tried for ten minutes
 * @param lastError why the last opening failed; {@code null} together with {@code failingFor}
 */
public record ServerState(
        String provider,
        String server,
        int sessions,
        @Nullable Duration failingFor,
        @Nullable ErrorCode lastError) {}
