package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.Subscription;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One resource that a client wants to be told of, until it goes. */
final class Watched implements Subscription {
    private final Watching watching;
    private final Asked asked;
    private final ObjectNode capabilities;
    private final String uri;
    private final Consumer<ObjectNode> client;
    private @Nullable Runnable onEnd;
    private boolean kept;
    private boolean over;

    /**
     * Nobody has been asked yet.
     *
     * @param asked the request to subscribe
     * @param capabilities of the client, which its sessions with servers are chosen by
     * @param client takes the parameters of what is told
     */
    Watched(Watching watching, Asked asked, ObjectNode capabilities, String uri, Consumer<ObjectNode> client) {
        this.watching = watching;
        this.asked = asked;
        this.capabilities = capabilities;
        this.uri = uri;
        this.client = client;
    }

    Asked asked() {
        return asked;
    }

    ObjectNode capabilities() {
        return capabilities;
    }

    @Override
    public String uri() {
        return uri;
    }

    synchronized boolean isOver() {
        return over;
    }

    @Override
    public void changed(ObjectNode params) {
        if (!isOver()) {
            client.accept(params);
        }
    }

    @Override
    public void lost() {
        synchronized (this) {
            onEnd = null;
            if (over) {
                return;
            }
        }
        watching.again(this, 0);
    }

    @Override
    public void unwanted() {
        watching.unsubscribe(this);
    }

    @Override
    public void onEnd(Runnable action) {
        synchronized (this) {
            kept = true;
            if (!over) {
                onEnd = action;
                return;
            }
        }
        action.run();
    }

    /** The client no longer wants it; whether somebody told of it. */
    boolean end() {
        Runnable told;
        boolean wasKept;
        synchronized (this) {
            over = true;
            wasKept = kept;
            told = onEnd;
            onEnd = null;
        }
        if (told != null) {
            told.run();
        }
        return wasKept;
    }
}
