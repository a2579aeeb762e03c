package dev.serai.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.session.CloseReason;
import dev.serai.session.Session;
import dev.serai.session.SessionHandler;
import dev.serai.session.SessionKey;
import dev.serai.session.SessionSettings;
import dev.serai.session.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What opening and closing mean where sessions are stored, as the pool asks for it. */
@Timeout(120)
class StoredSessionsTest {
    private static final Slot SLOT =
            new Slot(new SessionKey("p", "https://example.org/", "0123456789abcdef", 1, "shared"), 0);
    private static final SessionSettings SETTINGS =
            new SessionSettings(Duration.ofHours(1), Duration.ofHours(8), 1, 0, false);

    @TempDir
    Path folder;

    private final AtomicInteger opens = new AtomicInteger();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private Map<String, String> facts = Map.of("version", "1");
    private boolean stateless;
    private boolean refusing;
    /** What another process would find while one is opened. */
    private final List<Found.Kind> seen = new CopyOnWriteArrayList<>();

    private @Nullable StoredSessions stored;

    @BeforeEach
    void start() throws InterruptedException {
        StoreSettings settings = new StoreSettings(
                StoreMode.FILE,
                folder.resolve("sessions"),
                "KEY",
                null,
                "",
                Duration.ofSeconds(20),
                Duration.ofSeconds(20));
        stored = StoredSessions.open(settings, Map.of("KEY", "0".repeat(64))::get);
    }

    @AfterEach
    void stop() {
        stored().close();
    }

    private void restart() throws InterruptedException {
        stop();
        start();
    }

    private StoredSessions stored() {
        if (stored == null) {
            throw new IllegalStateException("not started");
        }
        return stored;
    }

    private SessionHandler handler() {
        return handler(false);
    }

    private SessionHandler handler(boolean replacing) {
        SessionHandler server = new SessionHandler() {
            @Override
            public Session open() throws Exception {
                String place = stored().keys().first().place(SLOT);
                seen.add(stored().access().look(place, null).kind());
                int number = opens.incrementAndGet();
                if (refusing) {
                    throw new IOException("down");
                }
                return new Session(stateless ? null : "id-" + number, facts);
            }

            @Override
            public void close(Session session, CloseReason reason) {
                told.add(session.id() + " " + reason);
            }
        };
        return stored().keep(SLOT, SETTINGS, server, replacing);
    }

    private static void end(SessionHandler handler, Session session, CloseReason reason) throws Exception {
        handler.retired(session, reason);
        handler.close(session, reason);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHUTDOWN", "EVICTED", "LATE"})
    void aSessionThatOnlyLeavesThisProcessIsKeptAndTakenOver(CloseReason reason) throws Exception {
        SessionHandler first = handler();
        end(first, first.open(), reason);
        assertThat(told).isEmpty();
        Session again = handler().open();
        assertThat(again.id()).isEqualTo("id-1");
        assertThat(again.isRestored()).isTrue();
        assertThat(again.fact("version")).isEqualTo("1");
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"LOST", "REFUSED", "REPLACED", "REQUESTED", "MAX_AGE"})
    void aSessionThatIsOverIsNeitherKeptNorTakenOver(CloseReason reason) throws Exception {
        SessionHandler first = handler();
        Session over = first.open();
        first.retired(over, reason);
        Session next = handler().open();
        assertThat(next.id()).isEqualTo("id-2");
        assertThat(next.isRestored()).isFalse();
        first.close(over, reason);
        assertThat(told).containsExactly("id-1 " + reason);
        restart();
        assertThat(handler().open().id()).isEqualTo("id-2");
    }

    @Test
    void whoReplacesASessionLeavesItInTheStoreUntilTheOtherIsOpen() throws Exception {
        SessionHandler first = handler();
        Session old = first.open();
        Session fresh = handler(true).open();
        assertThat(fresh.id()).isEqualTo("id-2");
        assertThat(seen).containsExactly(Found.Kind.NOTHING, Found.Kind.STORED);
        end(first, old, CloseReason.REPLACED);
        assertThat(told).containsExactly("id-1 REPLACED");
        restart();
        assertThat(handler().open().id()).isEqualTo("id-2");
    }

    /** A session that left the pool may still be on its way out of the store. */
    @Test
    void whoOpensWhereASessionWasOffersItToNobodyMeanwhile() throws Exception {
        SessionHandler first = handler();
        Session old = first.open();
        assertThat(handler().open().id()).isEqualTo("id-2");
        assertThat(seen).containsExactly(Found.Kind.NOTHING, Found.Kind.NOTHING);
        end(first, old, CloseReason.LOST);
        assertThat(told).containsExactly("id-1 LOST");
        restart();
        assertThat(handler().open().id()).isEqualTo("id-2");
    }

    @Test
    void aSessionThatWasJustUsedElsewhereIsNotClosedAsIdle() throws Exception {
        SessionHandler first = handler();
        end(first, first.open(), CloseReason.IDLE);
        assertThat(told).isEmpty();
        assertThat(handler().open().id()).isEqualTo("id-1");
    }

    @Test
    void aServerWithoutSessionsIsAskedAgain() throws Exception {
        stateless = true;
        handler().open();
        assertThat(handler().open().isKept()).isFalse();
        assertThat(opens).hasValue(2);
    }

    @Test
    void aSessionIsNotTakenOverAfterTheTimeThatItsServerGaveIt() throws Exception {
        facts = Map.of("expires_in", "1");
        SessionHandler first = handler();
        end(first, first.open(), CloseReason.SHUTDOWN);
        long opened = System.nanoTime();
        await().until(() -> System.nanoTime() - opened > 1_000_000_000L);
        assertThat(handler().open().id()).isEqualTo("id-2");
    }

    @Test
    void theCountsSayWhatHappened() throws Exception {
        SessionHandler first = handler();
        end(first, first.open(), CloseReason.SHUTDOWN);
        handler().open();
        assertThat(stored().stats()).isEqualTo(new StoreStats(StoreMode.FILE, false, 3, 1, 1, 0));
    }

    @Test
    void aReplacementThatCannotBeOpenedLeavesTheSessionInTheStore() throws Exception {
        SessionHandler first = handler();
        Session old = first.open();
        refusing = true;
        SessionHandler next = handler(true);
        assertThatThrownBy(next::open).isInstanceOf(IOException.class);
        refusing = false;
        end(first, old, CloseReason.SHUTDOWN);
        assertThat(told).isEmpty();
        restart();

        assertThat(handler().open().id()).isEqualTo("id-1");
    }

    @ParameterizedTest
    @EnumSource(names = {"SHUTDOWN", "EVICTED", "IDLE", "MAX_AGE"})
    void aSessionThatIsNotInTheStoreAnyMoreIsClosedAtItsServer(CloseReason reason) throws Exception {
        SessionHandler first = handler();
        Session old = first.open();
        handler().open();
        end(first, old, reason);

        assertThat(told).containsExactly("id-1 " + reason);
        assertThat(old.isKept()).isFalse();
        restart();
        assertThat(handler().open().id()).isEqualTo("id-2");
    }
}
