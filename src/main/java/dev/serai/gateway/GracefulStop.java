package dev.serai.gateway;

import dev.serai.entry.HttpIngress;
import dev.serai.session.SessionPool;
import dev.serai.session.SessionsAtEnd;
import dev.serai.store.StoredSessions;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a gateway without losing what it has accepted. {@link #beginning()} runs before the HTTP entry's own end, which
 * refuses new requests and waits for those in progress; {@link #ending()} after it, while the routes that close
 * sessions still run.
 */
final class GracefulStop {
    private static final Logger LOG = LoggerFactory.getLogger(GracefulStop.class);
    private static final long LOOK_NANOS = 5_000_000;
    /** How long a call whose upstream is gone may take to notice. */
    private static final long CUT_NANOS = 1_000_000_000;
    /** How long the drain waits for consumers, which would otherwise bring work that is refused. */
    private static final long SUSPEND_NANOS = 1_000_000_000;

    private final CallDrain calls;
    private final OuterConsumers consumers = new OuterConsumers();
    private final SessionPool pool;
    private final @Nullable StoredSessions stored;
    private final @Nullable HttpIngress ingress;
    private final Runnable leaving;
    private final Runnable cut;
    private final Duration delay;
    private volatile long beginNanos;
    /** A gateway whose start failed, or that takes no requests, has nothing to report. */
    private volatile boolean served;

    /**
     * Not begun.
     *
     * @param stored what keeps sessions beyond the end; {@code null} where they are closed at their servers
     * @param leaving runs before calls end: what must not hold them up
     * @param cut ends every exchange with an upstream, whatever it is doing
     * @param delay how long calls are still taken
     */
    GracefulStop(
            CallDrain calls,
            SessionPool pool,
            @Nullable StoredSessions stored,
            @Nullable HttpIngress ingress,
            Runnable leaving,
            Runnable cut,
            Duration delay) {
        this.calls = calls;
        this.pool = pool;
        this.stored = stored;
        this.ingress = ingress;
        this.leaving = leaving;
        this.cut = cut;
        this.delay = delay;
    }

    LifecycleStrategy beginning() {
        return new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                beginNanos = System.nanoTime();
                if (ingress != null) {
                    served = ingress.isListening();
                    ingress.leave();
                }
                waitWhile(() -> true, beginNanos + delay.toNanos());
                // An interrupt ends the delay; calls and sessions have their time all the same.
                Thread.interrupted();
                leaving.run();
                try {
                    consumers.suspend(context, SUSPEND_NANOS);
                } catch (InterruptedException e) {
                    LOG.debug("interrupted while consumers were suspended");
                } finally {
                    // Camel swallows what is thrown here: without this, calls would be cut at once.
                    calls.begin();
                }
            }
        };
    }

    LifecycleStrategy ending() {
        return new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                waitWhile(() -> isBusy(context), calls.deadline());
                consumers.giveUp();
                if (isBusy(context)) {
                    calls.stopAll();
                    waitWhile(() -> isBusy(context), System.nanoTime() + CUT_NANOS);
                }
                SessionsAtEnd sessions = pool.end(Duration.ofNanos(Math.max(0, calls.deadline() - System.nanoTime())));
                if (stored != null) {
                    stored.close();
                }
                // The calls have had their time: the routes need none for them.
                context.getShutdownStrategy().setTimeUnit(TimeUnit.SECONDS);
                context.getShutdownStrategy().setTimeout(1);
                if (isBusy(context)) {
                    cut.run();
                    waitWhile(() -> isBusy(context), System.nanoTime() + CUT_NANOS);
                }
                if (served) {
                    report(sessions);
                }
            }
        };
    }

    private static boolean isBusy(CamelContext context) {
        return context.getInflightRepository().size() > 0;
    }

    private void report(SessionsAtEnd sessions) {
        LOG.info(
                "shut down: {} calls in progress answered ({} of them from the queue), {} aborted, "
                        + "{} sessions closed, {} left, {} kept in the store, in {} s",
                calls.answered(),
                calls.fromQueue(),
                calls.aborted(),
                sessions.closed(),
                sessions.left(),
                sessions.kept(),
                String.format(Locale.ROOT, "%.1f", (System.nanoTime() - beginNanos) / 1e9));
    }

    static void waitWhile(BooleanSupplier going, long deadline) {
        while (System.nanoTime() - deadline < 0
                && going.getAsBoolean()
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
