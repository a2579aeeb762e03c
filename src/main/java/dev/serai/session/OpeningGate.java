package dev.serai.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many openings at a time go to each server; the others wait in the order of their arrival, without a thread.
 * A server that hangs has no more threads than that. How many wait is bounded by whoever enters them.
 */
final class OpeningGate {
    private final int most;
    private final Predicate<Opening> begin;
    private final ConcurrentHashMap<ServerUrl, Line> lines = new ConcurrentHashMap<>();

    /** Changed only under the map's lock of the server. */
    private static final class Line {
        private final Queue<Opening> waiting = new ArrayDeque<>();
        private int running;
    }

    /** @param begin starts an opening, whose end must be told by {@link #leave}; false where nothing was started */
    OpeningGate(int most, Predicate<Opening> begin) {
        this.most = most;
        this.begin = begin;
    }

    /** Begins it, now or when others have left. */
    void enter(Opening opening) {
        ServerUrl server = ServerUrl.of(opening.key());
        boolean[] now = new boolean[1];
        lines.compute(server, (same, known) -> {
            Line line = known == null ? new Line() : known;
            now[0] = line.running < most;
            if (now[0]) {
                line.running++;
            } else {
                line.waiting.add(opening);
            }
            return line;
        });
        if (now[0] && !begin.test(opening)) {
            leave(opening);
        }
    }

    /** One that had begun has ended. */
    void leave(Opening opening) {
        ServerUrl server = ServerUrl.of(opening.key());
        Opening next = next(server);
        while (next != null && !begin.test(next)) {
            next = next(server);
        }
    }

    private @Nullable Opening next(ServerUrl server) {
        Opening[] next = new Opening[1];
        lines.computeIfPresent(server, (same, line) -> {
            Opening first = line.waiting.poll();
            if (first != null) {
                next[0] = first;
                return line;
            }
            line.running--;
            return line.running == 0 ? null : line;
        });
        return next[0];
    }
}
