package dev.serai.mcp;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;

/**
 * What passes between servers whose lists change and the clients that want to know. Whoever serves clients says whether
 * one listens; the streams of servers are open as long as that is so.
 */
public final class ListChanges {
    private final Consumer<String> audience;
    private final Set<Consumer<Boolean>> streams = new CopyOnWriteArraySet<>();
    private volatile boolean listening;

    /** @param audience told of what has changed: {@code tools}, {@code prompts} or {@code resources}; must not block */
    public ListChanges(Consumer<String> audience) {
        this.audience = audience;
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
