package dev.serai.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Priority;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who came first goes first, and no limit is exceeded, whatever happens at the same time. */
@org.junit.jupiter.api.Timeout(60)
class OrderTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** So that who came first goes first, whatever the priorities. */
    private static final Duration AT_ONCE = Duration.ofNanos(1);

    private final HashedWheelTimer timers = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
    private final List<String> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        timers.stop();
    }

    private static Wish wish(String provider, String caller) {
        return new Wish("c", 0, provider, "s", caller);
    }

    private Place place(Admission admission, String name, Wish wish, Priority priority) {
        return admission.place(wish, priority, null, System.nanoTime(), new Place.Outcome() {
            @Override
            public void admitted() {
                told.add(name);
            }

            @Override
            public void refused(CapabilityException why) {
                told.add(name + " " + why.code().wireName());
            }
        });
    }

    private static boolean enter(Admission admission, Place place) {
        return admission.enter(place, PATIENCE, System.nanoTime() + PATIENCE.toNanos());
    }

    @Test
    void whoMovesFromOneLimitToAnotherKeepsThePlaceOfItsArrival() {
        Admission admission = new Admission(new AdmissionLimits(2, 1, 0, 0, 10, PATIENCE, AT_ONCE), timers);
        Place busy = place(admission, "busy", wish("p", "a"), Priority.MEDIUM);
        Place other = place(admission, "other", wish("q", "a"), Priority.MEDIUM);
        assertThat(enter(admission, busy)).isTrue();
        assertThat(enter(admission, other)).isTrue();
        Place early = place(admission, "early", wish("p", "a"), Priority.MEDIUM);
        assertThat(enter(admission, early)).isFalse();
        Place late = place(admission, "late", wish("r", "a"), Priority.MEDIUM);
        assertThat(enter(admission, late)).isFalse();
        admission.leave(busy);
        assertThat(told).containsExactly("early");
        admission.leave(other);
        assertThat(told).containsExactly("early", "late");
    }

    /** A timer whose cancelling, which happens within the lock, waits for the test. */
    private static final class SlowTimer implements Timer {
        final CountDownLatch cancelling = new CountDownLatch(1);
        final CountDownLatch mayGoOn = new CountDownLatch(1);

        @Override
        public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
            return new Timeout() {
                @Override
                public Timer timer() {
                    return SlowTimer.this;
                }

                @Override
                public TimerTask task() {
                    return task;
                }

                @Override
                public boolean isExpired() {
                    return false;
                }

                @Override
                public boolean isCancelled() {
                    return false;
                }

                @Override
                public boolean cancel() {
                    cancelling.countDown();
                    try {
                        return mayGoOn.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            };
        }

        @Override
        public Set<Timeout> stop() {
            return Set.of();
        }
    }

    @Test
    void aPermitThatComesFreeIsNotTakenByWhoArrivesAtThatMoment() throws Exception {
        SlowTimer slow = new SlowTimer();
        Admission admission = new Admission(new AdmissionLimits(1, 0, 0, 0, 10, PATIENCE, AT_ONCE), slow);
        Place busy = place(admission, "busy", wish("p", "a"), Priority.HIGH);
        assertThat(enter(admission, busy)).isTrue();
        Place low = place(admission, "low", wish("p", "a"), Priority.LOW);
        assertThat(enter(admission, low)).isFalse();
        Place doomed = place(admission, "doomed", wish("p", "a"), Priority.HIGH);
        assertThat(enter(admission, doomed)).isFalse();
        Place arrival = place(admission, "arrival", wish("p", "a"), Priority.HIGH);
        Thread holdsTheLock = started(
                () -> admission.refuse(doomed, new CapabilityException(ErrorCode.CANCELLED, "the caller has gone")));
        slow.cancelling.await();
        CompletableFuture<Boolean> atOnce = new CompletableFuture<>();
        Thread arrives = started(() -> atOnce.complete(enter(admission, arrival)));
        await().until(() -> arrives.getState() == Thread.State.WAITING);
        Thread leaves = started(() -> admission.leave(busy));
        await().until(() -> leaves.getState() == Thread.State.WAITING);
        slow.mayGoOn.countDown();

        assertThat(atOnce.get()).isFalse();
        for (Thread thread : List.of(holdsTheLock, arrives, leaves)) {
            thread.join();
        }
        assertThat(told).containsExactlyInAnyOrder("doomed cancelled", "low");
        admission.leave(low);
        assertThat(told).endsWith("arrival");
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    @Test
    void manyKeysNeverExceedTheLimitOfOne() {
        Admission admission = new Admission(new AdmissionLimits(100_000, 0, 0, 1, 10, PATIENCE, AT_ONCE), timers);
        Place early = place(admission, "early", wish("p", "one"), Priority.HIGH);
        for (int i = 0; i < 10_010; i++) {
            Place passing = place(admission, "passing", wish("p", "caller " + i), Priority.HIGH);
            assertThat(enter(admission, passing)).isTrue();
            admission.leave(passing);
        }
        Place late = place(admission, "late", wish("p", "one"), Priority.HIGH);
        assertThat(enter(admission, late)).isTrue();
        assertThat(enter(admission, early)).isFalse();
        admission.leave(late);
        assertThat(told).containsExactly("early");
        admission.leave(early);
        assertThat(admission.snapshot().inFlight()).isZero();
    }

    @Test
    void callsOfManyKeysThatComeAndGoTogetherKeepEveryLimitAndLeaveNothing() throws Exception {
        Admission admission = new Admission(new AdmissionLimits(6, 3, 0, 2, 100_000, PATIENCE, AT_ONCE), timers);
        AtomicInteger[] running = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        AtomicInteger[] most = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        CountDownLatch done = new CountDownLatch(8 * 2_000);
        List<Priority> priorities = List.of(Priority.values());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int number = t;
            threads.add(started(() -> {
                for (int i = 0; i < 2_000; i++) {
                    int provider = (number + i) % 3;
                    Wish wish = wish("p" + provider, "caller " + (i % 5 == 0 ? number + "-" + i : number % 4));
                    Call call = new Call(admission, running[provider], most[provider], done);
                    Priority priority = priorities.get(i % priorities.size());
                    Place place = admission.place(wish, priority, null, System.nanoTime(), call);
                    call.place.complete(place);
                    if (enter(admission, place)) {
                        call.admitted();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        done.await();

        assertThat(most).allMatch(count -> count.get() >= 1 && count.get() <= 3);
        assertThat(admission.snapshot().inFlight()).isZero();
        assertThat(admission.snapshot().queued()).isZero();
    }

    private record Call(
            Admission admission,
            AtomicInteger running,
            AtomicInteger most,
            CountDownLatch done,
            CompletableFuture<Place> place)
            implements Place.Outcome {
        Call(Admission admission, AtomicInteger running, AtomicInteger most, CountDownLatch done) {
            this(admission, running, most, done, new CompletableFuture<>());
        }

        @Override
        public void admitted() {
            var unused = CompletableFuture.runAsync(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                running.decrementAndGet();
                admission.leave(place.join());
                done.countDown();
            });
        }

        @Override
        public void refused(CapabilityException why) {
            throw new AssertionError(why);
        }
    }
}
