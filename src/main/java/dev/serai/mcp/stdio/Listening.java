package dev.serai.mcp.stdio;

import dev.serai.invocation.CapabilityException;
import dev.serai.sse.SseEvent;
import dev.serai.sse.SseReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Passes on what the server says unasked, as long as the session that it began with is the client's. */
final class Listening implements Runnable {
    private static final long DEFAULT_RETRY_MILLIS = 1_000;

    private final Upstream upstream;
    private final ClientSession session;
    private final MessageOutput out;
    private final Consumer<String> log;
    private final CountDownLatch ended;

    /** @param ended released when nobody listens any more */
    Listening(Upstream upstream, ClientSession session, MessageOutput out, Consumer<String> log, CountDownLatch ended) {
        this.upstream = upstream;
        this.session = session;
        this.out = out;
        this.log = log;
        this.ended = ended;
    }

    @Override
    public void run() {
        Upstream.Session own = session.now();
        String lastEventId = null;
        long pause = DEFAULT_RETRY_MILLIS;
        while (own != null && own.id() != null && own.equals(session.now())) {
            SseReader events = null;
            try (Answer answer = upstream.listen(own, lastEventId)) {
                if (answer.isNotFound()) {
                    session.reopen(own);
                    return;
                }
                if (answer.status() >= 400 && answer.status() < 500) {
                    return;
                }
                events = new SseReader(answer.body(), StdioBridge.MOST_BYTES);
                for (SseEvent event = events.next(); event != null; event = events.next()) {
                    out.write(event.data());
                }
            } catch (UncheckedIOException e) {
                return;
            } catch (IOException | IllegalStateException e) {
                // Tried again, from where it broke off.
            } catch (CapabilityException e) {
                log.accept("what the server says unasked is heard no more: " + e.getMessage());
                return;
            }
            if (events != null) {
                lastEventId = events.lastEventId() == null ? lastEventId : events.lastEventId();
                Long asked = events.retryMillis();
                pause = asked == null ? pause : Math.min(60_000, Math.max(100, asked));
            }
            try {
                if (ended.await(pause, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
