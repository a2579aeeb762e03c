package dev.serai.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/**
 * Which servers leave an event stream open after the answer. For the others the little that is left is
 * read, so that the connection can be used again.
 */
final class DrainMemory {
    private static final int MAX_SERVERS = 1_000;
    private static final Duration FORGET = Duration.ofMinutes(5);

    private final Cache<String, Boolean> leaveOpen = Caffeine.newBuilder()
            .maximumSize(MAX_SERVERS)
            .expireAfterWrite(FORGET)
            .executor(Runnable::run)
            .build();

    boolean worthDraining(String server) {
        return leaveOpen.getIfPresent(server) == null;
    }

    void staysOpen(String server) {
        leaveOpen.put(server, true);
    }
}
