package dev.serai.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.invocation.BusyException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Priority;
import io.netty.util.HashedWheelTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who goes in, who waits, who is refused, and that permits are never lost. */
@Timeout(120)
class AdmissionTest {
    private static final Wish WISH = new Wish("c", 0, "p", "s", "a");

    private final HashedWheelTimer timers = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private Duration patience = Duration.ofMinutes(1);

    @AfterEach
    void stop() {
        timers.stop();
    }

    private Admission admission(int inFlight, int perProvider, int queueMax) {
        return new Admission(
                new AdmissionLimits(inFlight, perProvider, 0, 0, queueMax, patience, Duration.ofHours(1)), timers);
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

    private Place enter(Admission admission, String name, Wish wish, Priority priority, boolean atOnce) {
        Place place = place(admission, name, wish, priority);
        assertThat(admission.enter(
                        place,
                        patience,
                        System.nanoTime() + Duration.ofMinutes(1).toNanos()))
                .isEqualTo(atOnce);
        return place;
    }

    @Test
    void whoWaitsGoesOnByPriorityAndThenByArrival() {
        Admission admission = admission(1, 0, 10);
        Place first = enter(admission, "first", WISH, Priority.LOW, true);
        Place low = enter(admission, "low", WISH, Priority.LOW, false);
        Place medium = enter(admission, "medium", WISH, Priority.MEDIUM, false);
        Place high = enter(admission, "high", WISH, Priority.HIGH, false);
        Place high2 = enter(admission, "high2", WISH, Priority.HIGH, false);
        assertThat(admission.snapshot()).isEqualTo(new AdmissionSnapshot(1, 1, 2, 1, 1, 10, 0, 0, false));
        for (Place place : List.of(first, high, high2, medium, low)) {
            admission.leave(place);
            admission.leave(place);
        }
        assertThat(told).containsExactly("high", "high2", "medium", "low");
        assertThat(admission.snapshot()).isEqualTo(new AdmissionSnapshot(0, 1, 0, 0, 0, 10, 0, 0, false));
    }

    @Test
    void aCallThatHasWaitedLongEnoughGoesBeforeAHigherOne() {
        Admission admission =
                new Admission(new AdmissionLimits(1, 0, 0, 0, 10, Duration.ofMinutes(1), Duration.ofNanos(1)), timers);
        Place first = enter(admission, "first", WISH, Priority.HIGH, true);
        enter(admission, "low", WISH, Priority.LOW, false);
        long later = System.nanoTime() + 1_000;
        await().until(() -> System.nanoTime() > later);
        enter(admission, "high", WISH, Priority.HIGH, false);
        admission.leave(first);
        assertThat(told).containsExactly("low");
    }

    @Test
    void aFullQueueRefusesTheNextCall() {
        Admission admission = admission(1, 0, 1);
        Place first = enter(admission, "first", WISH, Priority.HIGH, true);
        enter(admission, "patient", WISH, Priority.HIGH, false);
        Place tooMany = place(admission, "full", WISH, Priority.HIGH);
        assertThatThrownBy(() -> admission.enter(tooMany, patience, Long.MAX_VALUE))
                .isInstanceOfSatisfying(BusyException.class, busy -> {
                    assertThat(busy.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
                    assertThat(busy.retryAfterSeconds()).isBetween(1, 60);
                });
        admission.leave(tooMany);
        admission.leave(first);
        assertThat(told).containsExactly("patient");
    }

    @Test
    void theEndOfPatienceIsAnErrorAndLeavesTheQueue() {
        patience = Duration.ofMillis(20);
        Admission admission = admission(1, 0, 1);
        Place first = enter(admission, "first", WISH, Priority.HIGH, true);
        enter(admission, "late", WISH, Priority.HIGH, false);
        await().until(() -> told.equals(List.of("late queue_timeout")));
        admission.leave(first);
        assertThat(admission.snapshot().inFlight()).isZero();
        assertThat(admission.snapshot().queued()).isZero();
    }

    @Test
    void aCallThatWaitsForOneLimitHoldsNoPermitOfAnother() {
        Admission admission = admission(2, 1, 10);
        Place busy = enter(admission, "busy", WISH, Priority.HIGH, true);
        Place waits = enter(admission, "waits", WISH, Priority.HIGH, false);
        Wish other = new Wish("c", 0, "other", "s", "a");
        Place free = enter(admission, "free", other, Priority.LOW, true);
        Place global = enter(admission, "global", new Wish("c", 0, "third", "s", "a"), Priority.LOW, false);
        admission.leave(busy);
        assertThat(told).hasSize(1);
        admission.leave(free);
        assertThat(told).containsExactlyInAnyOrder("waits", "global");
        admission.leave(waits);
        admission.leave(global);
        assertThat(admission.snapshot().inFlight()).isZero();
    }

    @Test
    void closingRefusesNewCallsAndLetsTheOthersEnd() {
        Admission admission = admission(1, 0, 10);
        Place first = enter(admission, "first", WISH, Priority.HIGH, true);
        enter(admission, "waits", WISH, Priority.HIGH, false);
        admission.closeForNew();
        assertThatThrownBy(() -> place(admission, "new", WISH, Priority.HIGH))
                .isInstanceOfSatisfying(
                        CapabilityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
        admission.leave(first);
        assertThat(told).containsExactly("waits");
        assertThat(admission.snapshot().closed()).isTrue();
    }

    @Test
    void whatWasAcceptedBeforeTheClosingGoesInUntilNobodyMay() {
        Admission admission = admission(1, 0, 10);
        long before = System.nanoTime() - 1;
        admission.closeForNew();
        assertThat(admission.enter(place(admission, before), patience, Long.MAX_VALUE))
                .isTrue();
        admission.closeForAll();
        assertThatThrownBy(() -> place(admission, before))
                .isInstanceOfSatisfying(
                        CapabilityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
    }

    @Test
    void callsThatCannotGoOnHandTheirPermitToTheNext() {
        int many = 5;
        Admission admission = admission(1, 1, many + 1);
        Place first = enter(admission, "first", WISH, Priority.LOW, true);
        for (int i = 0; i < many; i++) {
            Place broken = admission.place(WISH, Priority.LOW, null, System.nanoTime(), new Place.Outcome() {
                @Override
                public void admitted() {
                    told.add("broken");
                    throw new NoClassDefFoundError("of a test");
                }

                @Override
                public void refused(CapabilityException why) {
                    told.add("refused");
                }
            });
            assertThat(admission.enter(broken, patience, Long.MAX_VALUE)).isFalse();
        }
        Place last = enter(admission, "last", WISH, Priority.LOW, false);
        admission.leave(first);
        assertThat(told).containsExactly("broken", "broken", "broken", "broken", "broken", "last");
        admission.leave(last);
        assertThat(admission.snapshot().inFlight()).isZero();
        assertThat(admission.snapshot().queued()).isZero();
    }

    @Test
    void aCallWhoseEndsFollowEachOtherOnOneThreadNeedsNoDeeperStackForMore() {
        int many = 20_000;
        Admission admission = admission(1, 0, many);
        Place first = enter(admission, "first", WISH, Priority.LOW, true);
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            int mine = i;
            places.add(admission.place(WISH, Priority.LOW, null, System.nanoTime(), new Place.Outcome() {
                @Override
                public void admitted() {
                    admission.leave(places.get(mine));
                }

                @Override
                public void refused(CapabilityException why) {
                    told.add("refused");
                }
            }));
            assertThat(admission.enter(places.get(i), patience, Long.MAX_VALUE)).isFalse();
        }
        admission.leave(first);
        assertThat(told).isEmpty();
        assertThat(admission.snapshot().inFlight()).isZero();
        assertThat(admission.snapshot().queued()).isZero();
    }

    @Test
    void aCallThatCannotBeGivenAnEndOfItsPatienceIsNotLeftInTheQueue() {
        Admission admission = admission(1, 0, 10);
        Place first = enter(admission, "first", WISH, Priority.LOW, true);
        timers.stop();
        Place place = place(admission, "untimed", WISH, Priority.LOW);
        assertThatThrownBy(() -> admission.enter(place, patience, Long.MAX_VALUE))
                .isInstanceOf(IllegalStateException.class);
        assertThat(admission.snapshot().queued()).isZero();
        admission.leave(first);
        assertThat(told).isEmpty();
        assertThat(admission.snapshot().inFlight()).isZero();
    }

    @Test
    void aCallThatEndsWhileItWaitsIsNotLetInLater() {
        Admission admission = admission(1, 0, 10);
        Place first = enter(admission, "first", WISH, Priority.LOW, true);
        Place waits = enter(admission, "waits", WISH, Priority.LOW, false);
        admission.leave(waits);
        assertThat(admission.snapshot().queued()).isZero();
        admission.leave(first);
        assertThat(told).isEmpty();
        assertThat(admission.snapshot().inFlight()).isZero();
    }

    private static Place place(Admission admission, long arrivedNanos) {
        return admission.place(WISH, Priority.HIGH, null, arrivedNanos, new Place.Outcome() {
            @Override
            public void admitted() {}

            @Override
            public void refused(CapabilityException why) {}
        });
    }
}
