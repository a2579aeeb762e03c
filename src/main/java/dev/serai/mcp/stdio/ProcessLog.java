package dev.serai.mcp.stdio;

import dev.serai.invocation.UpstreamText;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a process writes for people, as lines of the log: bounded in length and rate, without control characters or secrets. */
final class ProcessLog {
    static final int MOST_LINES = 100;

    private static final Logger LOG = LoggerFactory.getLogger("dev.serai.stdio");
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String name;
    private final List<String> secrets;
    private long began = System.nanoTime();
    private int lines;
    private int left;

    ProcessLog(String name, List<String> secrets) {
        this.name = name;
        this.secrets = secrets;
    }

    /** A line of its standard error. */
    void line(String text) {
        if (may()) {
            LOG.info("{}: {}", name, UpstreamText.excerpt(text, secrets));
        }
    }

    /** Something it should not have written, quoted. */
    void warn(String what, String text) {
        if (may()) {
            LOG.warn("{}: {}: {}", name, what, UpstreamText.excerpt(text, secrets));
        }
    }

    /** What the gateway itself finds. */
    void warn(String what) {
        if (may()) {
            LOG.warn("{}: {}", name, what);
        }
    }

    void started(long pid) {
        LOG.info("{}: started, process {}", name, pid);
    }

    void ended(long pid, int status) {
        LOG.info("{}: ended, process {}, exit status {}", name, pid, status);
    }

    private synchronized boolean may() {
        long now = System.nanoTime();
        if (now - began > PERIOD_NANOS) {
            if (left > 0) {
                LOG.warn("{}: {} lines left out", name, left);
            }
            began = now;
            lines = 0;
            left = 0;
        }
        if (lines < MOST_LINES) {
            lines++;
            return true;
        }
        left++;
        return false;
    }
}
