package dev.serai.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.invocation.Caller;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Stages go forwards only, the first end counts, and only the work of this invocation is stopped. */
class InvocationLifeTest {
    private final InvocationLife life = new InvocationLife("id", Caller.ANONYMOUS, System.nanoTime());

    @Test
    void aTimeoutIsNotOverwrittenByALaterError() {
        assertThat(life.stop(Stage.TIMED_OUT)).isTrue();
        assertThat(life.end(Stage.FAILED)).isFalse();
        assertThat(life.end(Stage.COMPLETED)).isFalse();
        assertThat(life.advance(Stage.CALLING)).isFalse();
        assertThat(life.stage()).isEqualTo(Stage.TIMED_OUT);
    }

    @Test
    void stagesMayBeSkippedButNotRepeatedOrTurnedBack() {
        assertThat(life.advance(Stage.ADMITTED)).isTrue();
        assertThat(life.advance(Stage.ADMITTED)).isFalse();
        assertThat(life.advance(Stage.QUEUED)).isFalse();
        assertThat(life.inQueueNanos()).isZero();
        assertThat(life.end(Stage.COMPLETED)).isTrue();
    }

    @Test
    void whatIsAttachedLateIsStoppedAtOnceAndWhatLeftInTimeIsNot() {
        AtomicInteger stopped = new AtomicInteger();
        Runnable left = () -> stopped.addAndGet(100);
        life.work().onStop(left);
        life.work().forget(left);
        life.work().onStop(stopped::incrementAndGet);
        life.stop(Stage.CANCELLED);
        life.work().onStop(stopped::incrementAndGet);
        life.stop(Stage.CANCELLED);
        assertThat(stopped).hasValue(2);
    }

    @Test
    void aCallerWhoHasGoneBeforeItsInvocationIsKnownCancelsItAllTheSame() {
        Invocations invocations = new Invocations(ended -> {}, 0);
        HangUp caller = new HangUp();
        caller.happened();
        invocations.begin(life, caller);
        assertThat(life.stage()).isEqualTo(Stage.CANCELLED);
    }

    @Test
    void theThreadIsInterruptedWhileItWorksOnlyAndGoesOnUnharmed() {
        life.work().begin();
        life.stop(Stage.TIMED_OUT);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        life.work().end();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();

        InvocationLife idle = new InvocationLife("idle", Caller.ANONYMOUS, System.nanoTime());
        idle.work().begin();
        idle.work().end();
        idle.stop(Stage.TIMED_OUT);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anEndedLifeHoldsNothingThatWouldHaveStoppedIt() {
        WeakReference<Runnable> before = new WeakReference<>(attached());
        assertThat(life.end(Stage.COMPLETED)).isTrue();
        WeakReference<Runnable> after = new WeakReference<>(attached());

        await().until(() -> {
            System.gc();
            return before.get() == null && after.get() == null;
        });
        assertThat(life.stage()).isEqualTo(Stage.COMPLETED);
    }

    private Runnable attached() {
        AtomicInteger holder = new AtomicInteger();
        Runnable stop = holder::incrementAndGet;
        life.work().onStop(stop);
        return stop;
    }
}
