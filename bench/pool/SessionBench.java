import dev.serai.invocation.Priority;
import dev.serai.session.CloseReason;
import dev.serai.session.Lease;
import dev.serai.session.PoolLimits;
import dev.serai.session.Session;
import dev.serai.session.SessionHandler;
import dev.serai.session.SessionKeeper;
import dev.serai.session.SessionKey;
import dev.serai.session.SessionPool;
import dev.serai.session.SessionSettings;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes of a pooled session, time of a lease, and the closing of many sessions that expire at once; see sessions. */
public final class SessionBench {
    private static final int THREADS = 64;
    private static final int CLOSES_AT_A_TIME = 32;
    private static final int FILLERS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final SessionSettings SETTINGS = settings(1);
    /** Processor time of the measuring thread: what else runs on the machine counts less. */
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private final AtomicLong now = new AtomicLong();
    private final ThreadPoolExecutor executor = (ThreadPoolExecutor) Executors.newFixedThreadPool(THREADS);
    private final AtomicInteger closing = new AtomicInteger();
    private final AtomicInteger mostClosing = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final SessionHandler server = new SessionHandler() {
        @Override
        public Session open() {
            return new Session(UUID.randomUUID().toString(), Map.of("protocolVersion", "2025-11-25"));
        }

        @Override
        public void close(Session session, CloseReason reason) throws InterruptedException {
            mostClosing.accumulateAndGet(closing.incrementAndGet(), Math::max);
            TimeUnit.MILLISECONDS.sleep(1);
            closing.decrementAndGet();
            closed.incrementAndGet();
        }
    };

    private static SessionSettings settings(int size) {
        return new SessionSettings(Duration.ofHours(1), Duration.ofHours(8), size, 0, false);
    }

    public static void main(String[] arguments) throws Exception {
        int many = Integer.parseInt(arguments[0]);
        int expiring = Integer.parseInt(arguments[1]);
        System.out.println("| what | figure |");
        System.out.println("|---|---|");
        for (int count : new int[] {1, 1_000, many}) {
            new SessionBench().fill(count);
        }
        for (int size : new int[] {1, 10, 100, 1_000}) {
            new SessionBench().sized(size);
        }
        new SessionBench().expire(expiring);
        System.exit(0);
    }

    private SessionPool pool(int sessions) {
        Duration limit = Duration.ofSeconds(10);
        PoolLimits limits = new PoolLimits(
                sessions * 2,
                limit,
                limit,
                limit,
                Duration.ZERO,
                Duration.ZERO,
                10,
                CLOSES_AT_A_TIME,
                FILLERS,
                Duration.ofSeconds(1));
        return new SessionPool(limits, now::get, executor, SessionKeeper.NONE);
    }

    private static SessionKey key(String scope) {
        return new SessionKey("mcp", "https://api.example.org/mcp/", "0123456789abcdef", 1, scope);
    }

    private static String scope(long number) {
        return "caller:%016x%016x".formatted(number, ~number);
    }

    private void open(SessionPool pool, int from, int to) {
        for (int i = from; i < to; i++) {
            long patience = now.get() + PATIENCE.toNanos();
            pool.acquire(key(scope(i)), SETTINGS, server, Priority.MEDIUM, patience, patience).release();
        }
    }

    private void openAll(SessionPool pool, int count) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(FILLERS);
        for (int filler = 0; filler < FILLERS; filler++) {
            int from = (int) ((long) count * filler / FILLERS);
            int to = (int) ((long) count * (filler + 1) / FILLERS);
            new Thread(() -> {
                open(pool, from, to);
                done.countDown();
            }).start();
        }
        done.await();
    }

    private void fill(int count) throws InterruptedException {
        long before = used();
        SessionPool pool = pool(count);
        openAll(pool, count);
        long after = used();
        if (pool.stats().live() != count) {
            throw new IllegalStateException(pool.stats().live() + " sessions, expected " + count);
        }
        if (count > 1_000) {
            System.out.printf("| bytes per session, %,d sessions | %,d |%n", count, (after - before) / count);
        }
        System.out.printf("| lease and release, one of %,d sessions | %,d ns |%n", count, leases(pool, count));
        abandon();
    }

    /** The median of some runs. */
    private long leases(SessionPool pool, int count) {
        String[] scopes = new String[Math.min(count, 100_000)];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < scopes.length; i++) {
            scopes[i] = scope(random.nextInt(count));
        }
        int calls = 500_000;
        List<Long> runs = new ArrayList<>();
        for (int run = 0; run < 9; run++) {
            long start = CLOCK.getCurrentThreadCpuTime();
            for (int i = 0; i < calls; i++) {
                pool.acquire(
                                key(scopes[i % scopes.length]),
                                SETTINGS,
                                server,
                                Priority.MEDIUM,
                                Long.MAX_VALUE,
                                Long.MAX_VALUE)
                        .release();
            }
            runs.add((CLOCK.getCurrentThreadCpuTime() - start) / calls);
        }
        return runs.stream().skip(2).sorted().toList().get(3);
    }

    /** A key whose sessions are all busy: the least loaded one is looked for among all. */
    private void sized(int size) {
        SessionPool pool = pool(size);
        SessionSettings settings = settings(size);
        SessionKey key = key("shared");
        for (int i = 0; i < size; i++) {
            pool.acquire(key, settings, server, Priority.MEDIUM, Long.MAX_VALUE, Long.MAX_VALUE);
        }
        int calls = 2_000_000 / (size + 9);
        long best = Long.MAX_VALUE;
        for (int run = 0; run < 5; run++) {
            long start = CLOCK.getCurrentThreadCpuTime();
            for (int i = 0; i < calls; i++) {
                pool.acquire(key, settings, server, Priority.MEDIUM, Long.MAX_VALUE, Long.MAX_VALUE).release();
            }
            best = Math.min(best, (CLOCK.getCurrentThreadCpuTime() - start) / calls);
        }
        System.out.printf("| lease and release, session_pool_size %,d, all busy | %,d ns |%n", size, best);
        abandon();
    }

    private void expire(int count) throws InterruptedException {
        SessionPool pool = pool(count);
        openAll(pool, count);
        int threads = Thread.activeCount();
        now.addAndGet(Duration.ofHours(2).toNanos());
        long start = System.nanoTime();
        open(pool, count, count + 1);
        long caller = System.nanoTime() - start;
        int mostThreads = threads;
        while (closed.get() < count) {
            mostThreads = Math.max(mostThreads, Thread.activeCount());
            TimeUnit.MILLISECONDS.sleep(1);
        }
        long all = System.nanoTime() - start;
        System.out.printf("| %,d sessions that expire at once: closed | %,d |%n", count, closed.get());
        System.out.printf("| … most closings at a time | %d |%n", mostClosing.get());
        System.out.printf("| … threads more than before | %d |%n", mostThreads - threads);
        System.out.printf("| … until all are closed, a closing taking 1 ms | %,d ms |%n", all / 1_000_000);
        System.out.printf("| … the call that comes first, an opening included | %,d ms |%n", caller / 1_000_000);
        abandon();
    }

    private void abandon() {
        executor.shutdownNow();
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
