package dev.serai.mcp.stdio;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A process and what it started, as far as the system tells: a process whose parent has ended is nobody's child. */
final class ProcessTree {
    private static final long TERMINATE_MILLIS = 500;

    private final Process process;
    /** Children and theirs, as they were last seen. */
    private final Set<ProcessHandle> descendants = ConcurrentHashMap.newKeySet();

    ProcessTree(Process process) {
        this.process = process;
    }

    /** Looks which children there are, so that they are known when their parent has gone. */
    void remember() {
        if (process.isAlive()) {
            process.descendants().forEach(descendants::add);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** An interrupt ends the wait. */
    void awaitEnd(long millis) {
        try {
            if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                remember();
                process.destroy();
                process.waitFor(TERMINATE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills the process and its descendants, now. */
    void kill() {
        remember();
        process.destroyForcibly();
        killRest();
    }

    /** Kills the descendants that were seen. */
    void killRest() {
        for (ProcessHandle descendant : descendants) {
            descendant.descendants().forEach(ProcessHandle::destroyForcibly);
            descendant.destroyForcibly();
        }
        descendants.clear();
    }
}
