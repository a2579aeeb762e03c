package dev.serai.sample;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The sessions of the sample server: at most 10,000, each gone after 30 minutes without use. */
final class SessionTable {
    static final int MOST_SESSIONS = 10_000;

    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final int ID_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final Cache<String, SampleSession> sessions = Caffeine.newBuilder()
            .expireAfterAccess(IDLE)
            .<String, SampleSession>removalListener((id, session, cause) -> {
                if (session != null) {
                    session.end();
                }
            })
            .executor(Runnable::run)
            .build();

    /** A new session; {@code null} where there are already as many as allowed. */
    @Nullable
    SampleSession open(String version, int most) {
        if (size() >= most) {
            return null;
        }
        SampleSession session = new SampleSession(newId(), version);
        sessions.put(session.id(), session);
        return session;
    }

    @Nullable
    SampleSession find(String id) {
        return sessions.getIfPresent(id);
    }

    boolean end(String id) {
        return sessions.asMap().remove(id) != null;
    }

    void endAll() {
        sessions.invalidateAll();
    }

    long size() {
        sessions.cleanUp();
        return sessions.estimatedSize();
    }

    String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
