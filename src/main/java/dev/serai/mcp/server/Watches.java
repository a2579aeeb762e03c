package dev.serai.mcp.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The resources that one client wants to be told of, in bounds. */
final class Watches {
    private final Map<String, Watched> byUri = new HashMap<>();
    private boolean over;

    /** Whether there is room for this one. */
    synchronized boolean hasRoom(String uri) {
        return byUri.containsKey(uri) || byUri.size() < Watching.MOST;
    }

    /** It takes the place of one of the same resource. */
    void put(Watched watched) {
        @Nullable Watched before;
        synchronized (this) {
            before = over || !hasRoom(watched.uri()) ? watched : byUri.put(watched.uri(), watched);
        }
        if (before != null) {
            before.end();
        }
    }

    /** The client no longer wants to be told; false where nobody told it. */
    boolean end(String uri) {
        Watched watched;
        synchronized (this) {
            watched = byUri.remove(uri);
        }
        return watched != null && watched.end();
    }

    /** The client has gone. */
    void end() {
        List<Watched> all;
        synchronized (this) {
            over = true;
            all = List.copyOf(byUri.values());
            byUri.clear();
        }
        all.forEach(Watched::end);
    }
}
