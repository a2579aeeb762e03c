package dev.serai.mcp;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What passes between servers whose lists change and the clients that want to know. Whoever serves clients says whether
 * one listens; the streams of servers are open as long as that is so.
 */
public final class ListChanges {
    /** What there are lists of. */
    static final List<String> KINDS = List.of("tools", "prompts", "resources");

    private static final String BEFORE = "notifications/";
    private static final String AFTER = "/list_changed";

    private final Consumer<String> audience;
    private final Set<Consumer<Boolean>> streams = new CopyOnWriteArraySet<>();
    private volatile boolean listening;

    /** @param audience told of what has changed: {@code tools}, {@code prompts} or {@code resources}; must not block */
    public ListChanges(Consumer<String> audience) {
        this.audience = audience;
    }

    /** What has changed, as the method of a notification says; {@code null} where it says something else. */
    static @Nullable String kind(@Nullable String method) {
        if (method == null || !method.startsWith(BEFORE) || !method.endsWith(AFTER)) {
            return null;
        }
        String kind = method.substring(BEFORE.length(), Math.max(BEFORE.length(), method.length() - AFTER.length()));
        return KINDS.contains(kind) ? kind : null;
    }

    /** Says whether any client listens now. */
    public void listening(boolean someone) {
        if (listening != someone) {
            listening = someone;
            streams.forEach(each -> each.accept(someone));
        }
    }

    boolean isListening() {
        return listening;
    }

    /** Has this told whether any client listens, whenever that changes. */
    void follow(Consumer<Boolean> streams) {
        this.streams.add(streams);
    }

    void changed(String kind) {
        audience.accept(kind);
    }
}
