package dev.serai.mcp.stdio;

import dev.serai.http.LocalServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One process of each server for all requests without a session, started once and ended when it is no longer used. */
final class SharedProcesses {
    private final Processes processes;
    private final Duration idle;
    private final ConcurrentHashMap<String, CompletableFuture<ServerProcess>> byServer = new ConcurrentHashMap<>();

    SharedProcesses(Processes processes, Duration idle) {
        this.processes = processes;
        this.idle = idle;
    }

    CompletableFuture<ServerProcess> get(LocalServer server) {
        CompletableFuture<ServerProcess> mine = new CompletableFuture<>();
        CompletableFuture<ServerProcess> known = byServer.putIfAbsent(server.name(), mine);
        if (known != null) {
            return known;
        }
        var unused = processes.start(server).whenComplete((process, failure) -> {
            if (process == null) {
                byServer.remove(server.name(), mine);
                mine.completeExceptionally(failure);
            } else {
                processes.atEnd(process, () -> byServer.remove(server.name(), mine));
                mine.complete(process);
                endWhenIdle(server, mine, process);
            }
        });
        return mine;
    }

    /**
     * The process, which is then no longer shared, where all that it was asked was refused: so does a server answer a
     * question for its revision that wants {@code initialize} first. Source: MCP 2026-07-28, versioning.
     */
    @Nullable
    ServerProcess takeUnused(LocalServer server) {
        CompletableFuture<ServerProcess> known = byServer.get(server.name());
        if (known == null || !known.isDone() || known.isCompletedExceptionally()) {
            return null;
        }
        ServerProcess process = known.join();
        boolean unused = !process.conversation().hasWorked()
                && process.conversation().isIdle()
                && !process.conversation().isOver();
        return unused && byServer.remove(server.name(), known) ? process : null;
    }

    private void endWhenIdle(LocalServer server, CompletableFuture<ServerProcess> own, ServerProcess process) {
        CompletableFuture.delayedExecutor(idle.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (byServer.get(server.name()) != own
                            || process.conversation().isOver()) {
                        return;
                    }
                    boolean unused = System.nanoTime() - process.conversation().usedNanos() >= idle.toNanos()
                            && process.conversation().isIdle();
                    if (unused && byServer.remove(server.name(), own)) {
                        processes.end(process);
                    } else {
                        endWhenIdle(server, own, process);
                    }
                });
    }
}
