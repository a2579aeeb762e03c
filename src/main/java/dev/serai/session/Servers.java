package dev.serai.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.invocation.ErrorCode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How many sessions each server has, and since when openings with it fail. */
final class Servers {
    private static final int MAX_FAILING = 1_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final Comparator<Server> BY_NAME =
            Comparator.comparing(Server::provider).thenComparing(Server::url);

    private final Ticker ticker;
    private final Map<Server, Integer> open = new ConcurrentHashMap<>();
    private final Cache<Server, Failing> failing;

    private record Server(String provider, String url) {
        static Server of(SessionKey key) {
            return new Server(key.provider(), key.server());
        }
    }

    private record Failing(long since, ErrorCode last) {}

    Servers(Ticker ticker) {
        this.ticker = ticker;
        this.failing = Caffeine.newBuilder()
                .maximumSize(MAX_FAILING)
                .expireAfterWrite(REMEMBERED)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    void opened(SessionKey key) {
        Server server = Server.of(key);
        open.merge(server, 1, Integer::sum);
        failing.invalidate(server);
    }

    void closed(SessionKey key) {
        open.computeIfPresent(Server.of(key), (same, count) -> count == 1 ? null : count - 1);
    }

    void failed(SessionKey key, ErrorCode code) {
        long now = ticker.read();
        failing.asMap()
                .merge(
                        Server.of(key),
                        new Failing(now, code),
                        (first, latest) -> new Failing(first.since, latest.last));
    }

    List<ServerState> states() {
        TreeSet<Server> all = new TreeSet<>(BY_NAME);
        all.addAll(open.keySet());
        all.addAll(failing.asMap().keySet());
        return all.stream().map(this::state).toList();
    }

    private ServerState state(Server server) {
        @Nullable Failing failure = failing.asMap().get(server);
        return new ServerState(
                server.provider,
                server.url,
                open.getOrDefault(server, 0),
                failure == null ? null : Duration.ofNanos(ticker.read() - failure.since),
                failure == null ? null : failure.last);
    }
}
