package dev.serai.session;

import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import java.lang.ref.WeakReference;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks the servers of unused sessions now and then whether they still know them, so that a caller does not meet one
 * that is gone. Asking is no use: an unused session still ends with its idle time.
 */
final class KeepAlive {
    private final Scheduler scheduler;
    private final Executor executor;
    private final Ticker ticker;
    private final Gate gate;
    private final Consumer<PooledSession> whenLost;

    KeepAlive(Scheduler scheduler, Executor executor, Ticker ticker, Gate gate, Consumer<PooledSession> whenLost) {
        this.scheduler = scheduler;
        this.executor = executor;
        this.ticker = ticker;
        this.gate = gate;
        this.whenLost = whenLost;
    }

    void watch(PooledSession session) {
        SessionSettings settings = session.origin().settings();
        if (!settings.keepAlive().isZero()
                && !settings.singleUse()
                && session.session().id() != null) {
            schedule(new WeakReference<>(session), settings.keepAlive().toNanos());
        }
    }

    private void schedule(WeakReference<PooledSession> watched, long nanos) {
        var unused = scheduler.schedule(executor, () -> look(watched), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(WeakReference<PooledSession> watched) {
        PooledSession session = watched.get();
        if (session == null || session.isRetired()) {
            return;
        }
        long interval = session.origin().settings().keepAlive().toNanos();
        long unused = session.load() > 0 ? 0 : session.unusedNanos(ticker.read());
        if (unused < interval) {
            schedule(watched, interval - unused);
        } else if (!gate.submit(() -> ask(session), failure -> schedule(watched, interval))) {
            schedule(watched, interval);
        }
    }

    private void ask(PooledSession session) throws Exception {
        if (!session.isRetired() && !session.origin().source().knows(session.session())) {
            whenLost.accept(session);
        }
    }
}
