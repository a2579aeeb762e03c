package dev.serai.observe;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;

/** The few figures of the JVM that explain a slow gateway. */
final class JvmMetrics {
    private static final double MILLIS_PER_SECOND = 1_000;

    private JvmMetrics() {}

    static void bind(Metrics metrics) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        metrics.gauge(
                "jvm.memory.used.bytes",
                "Memory in use",
                () -> memory.getHeapMemoryUsage().getUsed(),
                "area",
                "heap");
        metrics.gauge(
                "jvm.memory.used.bytes",
                "Memory in use",
                () -> memory.getNonHeapMemoryUsage().getUsed(),
                "area",
                "nonheap");
        metrics.gauge(
                "jvm.memory.max.bytes",
                "Largest heap",
                () -> memory.getHeapMemoryUsage().getMax(),
                "area",
                "heap");
        metrics.gauge(
                "jvm.threads", "Threads of the operating system", ManagementFactory.getThreadMXBean()::getThreadCount);
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        metrics.counter("jvm.gc.collections", "Garbage collections", () -> collectors.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum());
        metrics.counter(
                "jvm.gc.seconds",
                "Time spent in garbage collections",
                () -> collectors.stream()
                                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                                .sum()
                        / MILLIS_PER_SECOND);
        metrics.gauge(
                "process.uptime.seconds",
                "Time since the start",
                () -> ManagementFactory.getRuntimeMXBean().getUptime() / MILLIS_PER_SECOND);
    }
}
