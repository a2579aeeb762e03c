package dev.serai.mcp.stdio;

import dev.serai.http.LocalServer;
import dev.serai.http.LocalSettings;
import dev.serai.http.Unasked;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and ends processes, of which there is a limited number. None outlives the gateway, as far as Java can tell. */
final class Processes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("dev.serai.stdio");

    private final LocalSettings settings;
    private final Executor executor;
    private final Unasked unasked;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<ServerProcess> running = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<ServerProcess, Runnable> atEnd = new ConcurrentHashMap<>();
    private final Thread hook = new Thread(this::killAll, "serai-stdio-end");
    private boolean hooked;
    private volatile boolean closed;

    Processes(LocalSettings settings, Executor executor, Unasked unasked) {
        this.settings = settings;
        this.executor = executor;
        this.unasked = unasked;
    }

    /** Starts one on another thread. */
    CompletableFuture<ServerProcess> start(LocalServer server) {
        if (count.incrementAndGet() > settings.maxProcesses()) {
            count.decrementAndGet();
            return CompletableFuture.failedFuture(new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    settings.maxProcesses() + " processes run already (serai.stdio.max-processes)"));
        }
        try {
            return CompletableFuture.supplyAsync(() -> started(server), executor);
        } catch (RejectedExecutionException e) {
            count.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new CapabilityException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down", e));
        }
    }

    private ServerProcess started(LocalServer server) {
        CompletableFuture<ServerProcess> self = new CompletableFuture<>();
        try {
            Runnable ended = () -> {
                var unused = self.thenAccept(this::ended);
            };
            ServerProcess process = ServerProcess.start(server, settings, ended, unasked);
            running.add(process);
            self.complete(process);
            addHook();
            if (closed) {
                process.tree().kill();
            }
            return process;
        } catch (IOException e) {
            count.decrementAndGet();
            LOG.warn("{}: could not be started: {}", server.name(), e.getMessage());
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE,
                    "the command of stdio:" + server.name() + " could not be started; the log says why",
                    e);
        }
    }

    private void ended(ServerProcess process) {
        running.remove(process);
        count.decrementAndGet();
        Runnable then = atEnd.remove(process);
        if (then != null) {
            then.run();
        }
    }

    /** Has this run when the process has ended, at once where it has; a process has one such thing at most. */
    void atEnd(ServerProcess process, Runnable then) {
        atEnd.put(process, then);
        if (!running.contains(process) && atEnd.remove(process, then)) {
            then.run();
        }
    }

    /** Ends it on another thread. */
    void end(ServerProcess process) {
        try {
            executor.execute(() -> process.end(settings.stopTimeout().toMillis()));
        } catch (RejectedExecutionException e) {
            // The gateway stops, and ends every process by itself.
            process.endInput();
        }
    }

    private synchronized void addHook() {
        if (!hooked && !closed) {
            hooked = true;
            try {
                Runtime.getRuntime().addShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM ends already, and whoever ends it closes the gateway.
                hooked = false;
            }
        }
    }

    private void killAll() {
        running.forEach(process -> process.tree().kill());
    }

    @Override
    public void close() {
        closed = true;
        List<ServerProcess> all = List.copyOf(running);
        all.forEach(process -> {
            process.tree().remember();
            process.endInput();
        });
        long end = System.nanoTime() + settings.stopTimeout().toNanos();
        for (ServerProcess process : all) {
            process.end(Math.max(0, (end - System.nanoTime()) / 1_000_000));
        }
        removeHook();
    }

    private synchronized void removeHook() {
        if (hooked) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It runs.
            }
        }
    }
}
