package dev.serai.observe;

import dev.serai.invocation.CallLabel;
import dev.serai.invocation.Caller;
import dev.serai.lifecycle.EndedInvocation;
import dev.serai.lifecycle.InvocationListener;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for every call, and for every change by an operator, on the logger {@value #LOGGER}, written by a thread of its own. A log that is too slow costs
 * lines, which are counted, and never holds a call up.
 */
public final class AuditTrail implements InvocationListener, AutoCloseable {
    /** The registry name under which entries look for it; nothing is there where no trail is kept. */
    public static final String NAME = "audit-trail";

    /** The logger of the lines. */
    public static final String LOGGER = "serai.audit";

    private static final int MOST_WAITING = 16_384;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_MILLIS = 2_000;

    private final boolean everybody;
    private final int mostWaiting;
    private final Consumer<String> log;
    private final Queue<TrailLine> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final Thread writer = new Thread(this::write, "serai-audit");
    private volatile boolean idle;
    private volatile boolean closed;

    /** @param everybody whether callers that nobody authenticated get lines too */
    public AuditTrail(boolean everybody) {
        this(everybody, MOST_WAITING, logger());
    }

    AuditTrail(boolean everybody, int mostWaiting, Consumer<String> log) {
        this.everybody = everybody;
        this.mostWaiting = mostWaiting;
        this.log = log;
        writer.setDaemon(true);
        writer.start();
    }

    private static Consumer<String> logger() {
        Logger logger = LoggerFactory.getLogger(LOGGER);
        return logger::info;
    }

    @Override
    public void ended(EndedInvocation invocation) {
        if (!everybody
                && (invocation.caller().equals(Caller.ANONYMOUS)
                        || invocation.caller().equals(Caller.OPERATOR))) {
            return;
        }
        add(new AuditLine(invocation));
    }

    /** Writes a line about a change, whoever asked for it. */
    public void changed(AdminChange change) {
        add(change);
    }

    private void add(TrailLine line) {
        if (waiting.incrementAndGet() > mostWaiting) {
            waiting.decrementAndGet();
            dropped.increment();
            return;
        }
        lines.add(line);
        if (idle) {
            LockSupport.unpark(writer);
        }
    }

    /** Lines that were not written because the log was too slow. */
    public long dropped() {
        return dropped.sum();
    }

    private void write() {
        while (true) {
            TrailLine line = lines.poll();
            if (line != null) {
                waiting.decrementAndGet();
                CallLabel.set(line.label());
                log.accept(line.text());
                CallLabel.set(null);
            } else if (closed) {
                return;
            } else {
                idle = true;
                if (lines.isEmpty() && !closed) {
                    LockSupport.parkNanos(this, LOOK_NANOS);
                }
                idle = false;
            }
        }
    }

    /** Writes what is waiting, for at most two seconds. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
