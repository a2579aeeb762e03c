package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.invocation.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DirectoryTest extends PoolFixture {
    @Test
    void aSessionIsShownWithItsAgeUseAndReasonButNoSecret() {
        useOnce(key("caller:0123456789abcdef0123456789abcdef", 7));
        time.advance(Duration.ofSeconds(30));
        Lease second = acquire(key("caller:0123456789abcdef0123456789abcdef", 7), DEFAULTS);
        second.failed(ErrorCode.TOOL_ERROR);
        time.advance(Duration.ofSeconds(12));
        String hash = String.valueOf(second.session().hash());
        SessionInfo shown = pool.directory().find(hash);

        assertThat(shown)
                .isEqualTo(new SessionInfo(
                        hash,
                        hash,
                        "sample",
                        "https://example.org",
                        "caller",
                        "0123456789ab",
                        "01234567",
                        7,
                        SessionInfo.State.OPEN,
                        OpenReason.COLD,
                        Duration.ofSeconds(42),
                        Duration.ofSeconds(12),
                        2,
                        1,
                        ErrorCode.TOOL_ERROR));
        assertThat(shown).asString().doesNotContain("secret-1", "0123456789abcdef");
        assertThat(pool.directory().find("none")).isNull();
    }

    @Test
    void pagesHoldEverySessionOnceInOrder() {
        for (int i = 0; i < 23; i++) {
            useOnce(key("conversation:" + i, 1));
        }
        List<String> hashes = new ArrayList<>();
        String after = "";
        List<SessionInfo> page = pool.directory().list(all -> true, after, 5);
        while (!page.isEmpty()) {
            page.forEach(session -> hashes.add(String.valueOf(session.hash())));
            after = hashes.get(hashes.size() - 1);
            page = pool.directory().list(all -> true, after, 5);
        }

        assertThat(hashes).hasSize(23).isSorted().doesNotHaveDuplicates();
        assertThat(pool.directory().list(session -> session.provider().equals("other"), "", 5))
                .isEmpty();
    }

    @Test
    void anEndedSessionSaysWhyAndItsSuccessorWhyItWasOpened() {
        Lease lost = acquire();
        pool.discard(lost, CloseReason.LOST);
        lost.release();
        Lease refused = acquire();
        pool.discardIf(key -> true, CloseReason.REFUSED);
        refused.release();
        Lease last = acquire(key("shared", 2), DEFAULTS);
        time.advance(Duration.ofSeconds(3));

        await().untilAsserted(
                        () -> assertThat(pool.directory().recentlyClosed()).hasSize(2));
        assertThat(pool.directory().recentlyClosed())
                .extracting(ClosedSession::reason, ClosedSession::ago)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(CloseReason.REFUSED, Duration.ofSeconds(3)),
                        org.assertj.core.groups.Tuple.tuple(CloseReason.LOST, Duration.ofSeconds(3)));
        assertThat(pool.directory().recentlyClosed().get(0).session().openedFor())
                .isEqualTo(OpenReason.LOST);
        assertThat(pool.directory().find(String.valueOf(last.session().hash())))
                .extracting(SessionInfo::openedFor)
                .isEqualTo(OpenReason.CREDENTIAL);
        assertThat(pool.stats().opensByReason())
                .containsEntry(OpenReason.COLD, 1L)
                .containsEntry(OpenReason.LOST, 1L)
                .containsEntry(OpenReason.CREDENTIAL, 1L);
    }

    @Test
    void onlyTheLastEndsAreKept() {
        for (int i = 0; i < 300; i++) {
            useOnce(key("conversation:" + i, 1));
        }
        await().untilAsserted(() -> assertThat(pool.stats().closes()).containsEntry(CloseReason.EVICTED, 200L));
        pool.close();

        assertThat(pool.directory().recentlyClosed()).hasSize(256);
        assertThat(pool.directory().recentlyClosed())
                .extracting(ClosedSession::reason)
                .contains(CloseReason.SHUTDOWN);
    }

    @Test
    void sessionsWithoutAnIdHaveNamesToPageAndAskBy() throws Exception {
        server.stateless = true;
        for (int i = 0; i < 7; i++) {
            useOnce(key("conversation:" + i, 1));
        }
        List<SessionInfo> all = new ArrayList<>();
        List<SessionInfo> page = pool.directory().list(session -> true, "", 3);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = pool.directory()
                    .list(session -> true, all.get(all.size() - 1).name(), 3);
        }

        assertThat(all).hasSize(7).allMatch(session -> session.hash() == null);
        assertThat(all)
                .extracting(SessionInfo::name)
                .isSorted()
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("none-[0-9]{12}"));
        String first = all.get(0).name();
        assertThat(pool.directory().find(first)).isEqualTo(all.get(0));
        String renewed = pool.control().renew(first).get();
        assertThat(pool.control().close(renewed)).isTrue();
        assertThat(pool.directory().find(renewed)).isNull();
        assertThat(pool.directory().recentlyClosed())
                .extracting(closed -> closed.session().name())
                .contains(first, renewed);
    }
}
