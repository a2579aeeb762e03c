package dev.serai.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.socket.SocketOrder.Following;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One that follows what a server says. Used on the event loop of its connection, but for its stream. */
final class Follower {
    private final Line line;
    private final Consumer<Follower> leaves;
    private final Following what;
    private final PartQueue parts;
    private @Nullable String name;
    private boolean unnamed;
    private boolean full;
    private boolean over;
    private int count;
    private long timer = -1;

    /**
     * Nothing has been said yet.
     *
     * @param leaves told when nothing more follows
     * @param mostBytes of everything that it is told
     */
    Follower(Line line, Consumer<Follower> leaves, Following what, int mostBytes) {
        this.line = line;
        this.leaves = leaves;
        this.what = what;
        this.unnamed = what.names() != null;
        this.parts = new PartQueue(mostBytes, () -> line.onLoop(this::flows), () -> line.onLoop(() -> stop(true)));
    }

    void begin() {
        if (what.after() != null) {
            timer = line.later(what.after(), this::timeUp);
        }
    }

    InputStream parts() {
        return parts;
    }

    /** Takes a message that belongs to it; whether it does. */
    boolean offer(JsonNode message, String text) {
        if (over || !isMine(message)) {
            return false;
        }
        try {
            take(message, text);
        } catch (CapabilityException e) {
            parts.broken(e);
            stop(true);
        }
        return true;
    }

    private boolean isMine(JsonNode message) {
        if (what.match() != null && what.match().in(message)) {
            return true;
        }
        if (what.carried() != null) {
            String known = what.names() != null || what.match() == null
                    ? name
                    : what.match().value();
            if (known != null && known.equals(Match.text(message.at(what.carried())))) {
                return true;
            }
        }
        return what.when() != null && what.when().in(message);
    }

    private void take(JsonNode message, String text) {
        if (unnamed && what.match() != null && what.match().in(message)) {
            unnamed = false;
            name = Match.text(message.at(what.names()));
            parts.add("ack", text);
        } else if (what.end() != null && what.end().in(message)) {
            parts.add("end", text);
            parts.end();
            stop(false);
        } else {
            boolean much = parts.add("next", text);
            if (++count == what.count()) {
                timeUp();
            } else if (much && !full) {
                full = true;
                line.hold();
            }
        }
    }

    private void flows() {
        if (full && parts.isEmptied()) {
            full = false;
            line.release();
        }
    }

    /** It has had enough. */
    void timeUp() {
        if (!over) {
            parts.end();
            stop(true);
        }
    }

    /** The connection has ended. */
    void lost(Exception why) {
        parts.broken(why);
        stop(false);
    }

    private void stop(boolean told) {
        if (over) {
            return;
        }
        over = true;
        if (timer >= 0) {
            line.forget(timer);
        }
        leaves.accept(this);
        String farewell = told ? what.farewell().apply(name) : null;
        if (farewell != null) {
            line.say(farewell);
        }
        if (full) {
            full = false;
            line.release();
        }
    }
}
