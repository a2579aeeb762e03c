package dev.serai.loop;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The event loops that serve both sides, callers and upstreams, so that a call whose steps do not block stays on one
 * thread from its request to its answer. They start at their first use.
 */
public final class EventLoops implements AutoCloseable {
    private static final long CLOSE_SECONDS = 10;

    private static final long PASS_SECONDS = 1;

    private final int count;
    private final RouteEdition routes = new RouteEdition();
    private volatile @Nullable Vertx vertx;
    /** One context on each loop. */
    private volatile List<ContextInternal> contexts = List.of();

    private boolean closed;

    /** @param count how many there are; at least 1 */
    public EventLoops(int count) {
        this.count = count;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** The loops themselves. */
    public Vertx vertx() {
        Vertx running = vertx;
        return running == null ? started() : running;
    }

    private synchronized Vertx started() {
        if (closed) {
            throw new IllegalStateException("the event loops have been stopped");
        }
        Vertx running = vertx;
        if (running == null) {
            running = Vertx.vertx(new VertxOptions()
                    .setPreferNativeTransport(true)
                    .setEventLoopPoolSize(count)
                    .setWorkerPoolSize(1)
                    .setInternalBlockingPoolSize(1));
            List<ContextInternal> made = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                made.add(((VertxInternal) running).createEventLoopContext());
            }
            contexts = List.copyOf(made);
            vertx = running;
        }
        return running;
    }

    /** Which loop, from 0, a context is on. */
    public int index(Context context) {
        EventLoop loop = ((ContextInternal) context).nettyEventLoop();
        for (int i = 0; i < count; i++) {
            if (contexts.get(i).nettyEventLoop() == loop) {
                return i;
            }
        }
        throw new IllegalArgumentException("a context of other event loops");
    }

    /** Which routes the loops may run. */
    public RouteEdition routes() {
        return routes;
    }

    /** Waits until what the loops do now is done, at most a second; must not be called on one of them. */
    public void pass() throws InterruptedException {
        List<ContextInternal> all = contexts;
        CountDownLatch passed = new CountDownLatch(all.size());
        for (ContextInternal context : all) {
            context.runOnContext(now -> passed.countDown());
        }
        var unused = passed.await(PASS_SECONDS, TimeUnit.SECONDS);
    }

    /** A context on this loop, from 0. */
    public Context context(int index) {
        vertx();
        return contexts.get(index);
    }

    /** Whether the current thread is one of these, and so must not block. */
    public boolean onLoop() {
        if (!Context.isOnEventLoopThread()) {
            return false;
        }
        Context current = Vertx.currentContext();
        return current != null && current.owner() == vertx;
    }

    /** Stops them; what they still serve is cut. */
    @Override
    public void close() {
        Vertx running;
        synchronized (this) {
            closed = true;
            running = vertx;
        }
        if (running == null) {
            return;
        }
        try {
            running.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the event loops did not stop", e);
        }
    }
}
