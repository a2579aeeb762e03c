package dev.serai.session;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server in memory: numbered sessions, with dials to make it fail or hang. */
final class FakeServer implements SessionHandler {
    /** One close that reached the server. */
    record Closed(@Nullable String id, CloseReason reason) {}

    final AtomicInteger opens = new AtomicInteger();
    final Queue<Closed> closes = new ConcurrentLinkedQueue<>();
    final AtomicInteger mostCloses = new AtomicInteger();
    private final AtomicInteger runningCloses = new AtomicInteger();
    final CountDownLatch openBegan = new CountDownLatch(1);
    volatile CountDownLatch mayOpen = new CountDownLatch(0);
    volatile CountDownLatch mayClose = new CountDownLatch(0);
    volatile @Nullable Exception refusal;
    volatile boolean stateless;
    volatile Map<String, String> facts = Map.of();
    final AtomicInteger checks = new AtomicInteger();
    final AtomicInteger mostChecks = new AtomicInteger();
    private final AtomicInteger runningChecks = new AtomicInteger();
    volatile CountDownLatch mayCheck = new CountDownLatch(0);
    volatile @Nullable Exception checkFailure;
    volatile boolean knows = true;

    @Override
    public Session open() throws Exception {
        int number = opens.incrementAndGet();
        openBegan.countDown();
        mayOpen.await();
        Exception failure = refusal;
        if (failure != null) {
            throw failure;
        }
        return new Session(stateless ? null : "secret-" + number, facts);
    }

    @Override
    public void close(Session session, CloseReason reason) throws Exception {
        mostCloses.accumulateAndGet(runningCloses.incrementAndGet(), Math::max);
        try {
            mayClose.await();
        } finally {
            runningCloses.decrementAndGet();
        }
        closes.add(new Closed(session.id(), reason));
    }

    @Override
    public boolean knows(Session session) throws Exception {
        checks.incrementAndGet();
        mostChecks.accumulateAndGet(runningChecks.incrementAndGet(), Math::max);
        try {
            mayCheck.await();
        } finally {
            runningChecks.decrementAndGet();
        }
        Exception failure = checkFailure;
        if (failure != null) {
            throw failure;
        }
        return knows;
    }

    List<CloseReason> closeReasons() {
        return closes.stream().map(Closed::reason).toList();
    }
}
