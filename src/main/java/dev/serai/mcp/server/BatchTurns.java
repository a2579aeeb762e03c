package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.entry.EventReply;
import java.util.concurrent.atomic.AtomicBoolean;

/** Collects the answers to the requests of a batch, which exists in 2025-03-26 only (basic/index.mdx). */
final class BatchTurns {
    private final Turn whole;
    private final ArrayNode answers = JsonNodeFactory.instance.arrayNode();
    private int open;

    /** @param requests how many answers there are to be; at least 1 */
    BatchTurns(Turn whole, int requests) {
        this.whole = whole;
        this.open = requests;
    }

    Turn one() {
        return new One();
    }

    private void answered(JsonNode body) {
        synchronized (this) {
            answers.add(body);
            open--;
            if (open > 0) {
                return;
            }
        }
        whole.json(200, answers);
    }

    private final class One implements Turn {
        private final AtomicBoolean done = new AtomicBoolean();

        @Override
        public void json(int status, JsonNode body) {
            if (done.compareAndSet(false, true)) {
                answered(body);
            }
        }

        @Override
        public void empty(int status) {
            throw new IllegalStateException("a request has an answer");
        }

        @Override
        public void stream(EventReply events) {
            throw new IllegalStateException("the answers to a batch are no streams here");
        }

        @Override
        public boolean canStream() {
            return false;
        }
    }
}
