package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the pool tells whoever keeps its sessions. */
class KeepingTest extends PoolFixture {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private volatile Duration age = Duration.ZERO;

    @BeforeEach
    void keepSessions() {
        pool.close();
        pool = new SessionPool(
                limits(100, LONG, LONG, 10),
                time,
                executor,
                (slot, settings, handler, replacing) -> new Keeping(slot, handler),
                Scheduler.disabledScheduler(),
                () -> 0);
    }

    private final class Keeping implements SessionHandler {
        private final Slot slot;
        private final SessionHandler handler;

        Keeping(Slot slot, SessionHandler handler) {
            this.slot = slot;
            this.handler = handler;
        }

        @Override
        public Session open() throws Exception {
            told.add("open " + slot.index());
            return age.isZero() ? handler.open() : Session.restored("kept", Map.of(), age);
        }

        @Override
        public void used(Session session) {
            told.add("used");
        }

        @Override
        public void retired(Session session, CloseReason reason) {
            told.add("retired " + reason);
        }

        @Override
        public void close(Session session, CloseReason reason) throws Exception {
            told.add("close " + reason);
            handler.close(session, reason);
        }
    }

    @Test
    void usesAreToldOnceASecondAtMost() {
        useOnce(KEY);
        useOnce(KEY);
        assertThat(told).containsExactly("open 0");
        time.advance(Duration.ofSeconds(2));
        useOnce(KEY);
        useOnce(KEY);
        assertThat(told).containsExactly("open 0", "used");
    }

    @Test
    void aSessionThatIsGivenUpIsToldBeforeItsSuccessorOpens() {
        Lease lost = acquire();
        assertThat(pool.discard(lost, CloseReason.LOST)).isTrue();
        Lease next = acquire();
        assertThat(told).containsExactly("open 0", "retired LOST", "open 0");
        lost.release();
        settle();
        assertThat(told).endsWith("close LOST");
        next.release();
    }

    @Test
    void aRestoredSessionKeepsItsAge() {
        age = MAX_AGE.minusSeconds(10);
        useOnce(KEY);
        time.advance(Duration.ofSeconds(11));
        useOnce(KEY);
        assertThat(told)
                .contains("retired MAX_AGE")
                .filteredOn("open 0"::equals)
                .hasSize(2);
        assertThat(server.opens).hasValue(0);
    }

    @Test
    void aSessionForOneCallIsNotKept() {
        acquire(KEY, DEFAULTS.forOneCall()).release();
        settle();
        assertThat(told).isEmpty();
        assertThat(server.closeReasons()).containsExactly(CloseReason.CALL_ENDED);
    }
}
