package dev.serai.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.http.UpstreamCall;
import dev.serai.session.Session;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where asking for a stream is of no use, in bounds. */
final class StreamMemory {
    private static final int MOST_KNOWN = 10_000;
    private static final Duration NONE_FOR = Duration.ofHours(24);
    private static final Duration RESTS_FOR = Duration.ofMinutes(10);

    /** Servers that have no such stream. */
    private final Cache<Place, Boolean> none = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .expireAfterWrite(NONE_FOR)
            .executor(Runnable::run)
            .build();
    /** The session for which a stream failed: another may have more luck. */
    private final Cache<Place, Session> failed = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .executor(Runnable::run)
            .build();
    /** Servers without sessions whose streams failed. */
    private final Cache<Place, Boolean> resting = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .expireAfterWrite(RESTS_FOR)
            .executor(Runnable::run)
            .build();
    /** Sessions of callers who can be asked, to which the server refuses it. */
    private final Cache<OfSession, Boolean> refused = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .executor(Runnable::run)
            .build();

    /** A server, and who is known there. */
    record Place(String url, String credential, long generation) {
        static Place of(UpstreamCall call) {
            return new Place(
                    call.serverUrl(),
                    call.credential().identity(),
                    call.credential().valueGeneration());
        }
    }

    /** One session there. */
    record OfSession(Place place, String id) {}

    /** The stream for everybody has ended so. */
    void ended(Place place, Session session, ServerStream.End how) {
        if (how == ServerStream.End.NONE) {
            none.put(place, true);
        } else if (how == ServerStream.End.FAILED && session.id() == null) {
            resting.put(place, true);
        } else if (how == ServerStream.End.FAILED) {
            failed.put(place, session);
        }
    }

    /** The stream for those who can be asked has ended so. */
    void ended(OfSession session, ServerStream.End how) {
        if (how == ServerStream.End.NONE) {
            none.put(session.place(), true);
        } else if (how == ServerStream.End.FAILED) {
            refused.put(session, true);
        }
    }

    /** Whether there is no use in opening one for everybody. */
    boolean bars(Place place, Session session) {
        @Nullable Session inVain = failed.getIfPresent(place);
        return none.getIfPresent(place) != null
                || resting.getIfPresent(place) != null
                || (inVain != null && inVain.id() != null && inVain.id().equals(session.id()));
    }

    /** Whether there is no use in opening one for those who can be asked. */
    boolean bars(OfSession session) {
        return none.getIfPresent(session.place()) != null || refused.getIfPresent(session) != null;
    }

    /** The server speaks another revision than it did. */
    void forget(Place place) {
        none.invalidate(place);
        resting.invalidate(place);
    }
}
