package dev.serai.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;

/** What took the last session of a place away, so that the next one can say why it was opened. */
final class Causes {
    private static final int MAX_PLACES = 10_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final Cache<Place, OpenReason> causes;

    /** A key without its credential, which a renewal may change. */
    private record Place(String provider, String serverUrl, String scope) {
        static Place of(SessionKey key) {
            return new Place(key.provider(), key.serverUrl(), key.scope());
        }
    }

    Causes(Ticker ticker) {
        this.causes = Caffeine.newBuilder()
                .maximumSize(MAX_PLACES)
                .expireAfterWrite(REMEMBERED)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    void ended(SessionKey key, CloseReason reason) {
        if (reason == CloseReason.LOST) {
            causes.put(Place.of(key), OpenReason.LOST);
        } else if (reason == CloseReason.REFUSED) {
            causes.put(Place.of(key), OpenReason.CREDENTIAL);
        }
    }

    OpenReason of(SessionKey key) {
        OpenReason cause = causes.getIfPresent(Place.of(key));
        return cause == null ? OpenReason.COLD : cause;
    }

    /** An opening names the cause: the next one has another. */
    void told(SessionKey key) {
        causes.invalidate(Place.of(key));
    }
}
