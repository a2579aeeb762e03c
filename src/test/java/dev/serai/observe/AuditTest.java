package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.access.NewApiKey;
import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Caller;
import dev.serai.lifecycle.EndedInvocation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AuditTest extends SampleFixture {
    private static final String HI = "{\"message\":\"an argument\"}";

    private final FormattedLog log = new FormattedLog();

    @AfterEach
    void closeLog() {
        log.close();
    }

    private TestGateway.Builder gateway() {
        return declaring("echo", "fail");
    }

    /** Complete once the gateway is closed. */
    private List<String> trail() {
        return log.lines().stream().filter(line -> line.contains("durationMs=")).toList();
    }

    @Test
    void everyCallHasOneLineHoweverItEnded() {
        try (TestGateway gateway = gateway().setting("serai.audit", "log").start()) {
            gateway.post("s.echo", HI, "Serai-Request-Id", "req-7");
            gateway.call("s.fail", "{}");
            gateway.call("s.unknown", "{}");
        }
        assertThat(trail()).hasSize(3);
        assertThat(trail().get(0))
                .containsPattern(
                        "caller=anonymous client=127.0.0.1 capability=s.echo status=completed code=- attempts=1 "
                                + "durationMs=\\d+ session=\\w+ request=req-7\\R")
                .doesNotContain("an argument");
        assertThat(trail().get(1)).contains("client=- capability=s.fail status=failed code=tool_error");
        assertThat(trail().get(2)).contains("capability=s.unknown status=rejected code=unknown_capability attempts=0");
    }

    @Test
    void nobodyForgesALineOrAField() {
        try (TestGateway gateway = gateway().setting("serai.audit", "log").start()) {
            gateway.post("s.echo%20status=completed%22%5C", "{}", "Serai-Request-Id", "a=b,\"c\"");
            gateway.call("\u202es.echo", "{}", Map.of());
        }
        assertThat(trail()).hasSize(2);
        assertThat(trail().get(0))
                .contains("capability=\"s.echo status=completed\\u0022\\u005c\" status=rejected")
                .contains("request=\"a=b,\\u0022c\\u0022\"");
        assertThat(trail().get(1)).contains("capability=\"\\u202es.echo\"");
    }

    @Test
    void byDefaultTheCallsOfAuthenticatedCallersHaveLines() throws IOException {
        NewApiKey key = NewApiKey.make("alice", Set.of());
        Path keys = Files.writeString(folder.resolve("keys.yaml"), key.line() + "\n");
        try (TestGateway gateway =
                gateway().setting("serai.access.api-keys-file", keys.toString()).start()) {
            assertThat(gateway.post("s.echo", HI, "X-API-Key", key.key()).statusCode())
                    .isEqualTo(200);
            assertThat(gateway.post("s.echo", HI).statusCode()).isEqualTo(401);
        }
        try (TestGateway open = gateway().start()) {
            open.post("s.echo", HI);
        }
        assertThat(trail()).hasSize(1);
        assertThat(trail().get(0)).contains("caller=key:alice client=127.0.0.1").doesNotContain(key.key());
    }

    @Test
    void everyChangeByAnOperatorHasALineWhoeverAsksForIt() throws IOException {
        NewApiKey key = NewApiKey.make("ops", Set.of("admin"));
        Path keys = Files.writeString(folder.resolve("keys.yaml"), key.line() + "\n");
        try (TestGateway gateway =
                gateway().setting("serai.access.api-keys-file", keys.toString()).start()) {
            assertThat(admin(gateway, "POST", "/admin/reload", "", "X-API-Key", key.key()))
                    .contains("\"capabilities\"");
        }
        assertThat(trail()).hasSize(1);
        assertThat(trail().get(0))
                .containsPattern("caller=key:ops client=127.0.0.1 admin=reload target=- status=completed code=- "
                        + "durationMs=\\d+\\R")
                .doesNotContain(key.key());
        String hash;
        try (TestGateway open = gateway().start()) {
            hash = hash(admin(open, "POST", "/admin/sessions", "{\"capability\":\"s.echo\"}"));
            hash = hash(admin(open, "POST", "/admin/sessions/" + hash + "/renew", ""));
            admin(open, "DELETE", "/admin/sessions/" + hash, "");
            admin(open, "DELETE", "/admin/sessions/x%20status=completed", "");
            admin(open, "POST", "/admin/sessions", "nonsense");
            admin(open, "GET", "/admin/sessions", "");
        }
        assertThat(trail()).hasSize(6);
        assertThat(trail().get(1))
                .contains("caller=anonymous client=127.0.0.1 admin=open target=s.echo status=completed code=-");
        assertThat(trail().get(2)).contains("admin=renew target=").contains("status=completed");
        assertThat(trail().get(3)).contains("admin=close target=" + hash + " status=completed");
        assertThat(trail().get(4))
                .contains("admin=close target=\"x status=completed\" status=failed code=invalid_arguments");
        assertThat(trail().get(5)).contains("admin=open target=- status=failed code=invalid_arguments");
    }

    private static String hash(String answer) {
        return TestGateway.tree(answer).path("hash").asText();
    }

    private static String admin(TestGateway gateway, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(gateway.gateway().url() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return gateway.send((headers.length == 0 ? request : request.headers(headers)).build())
                .body();
    }

    @Test
    void switchedOffNoCallHasALine() {
        try (TestGateway gateway = gateway().setting("serai.audit", "off").start()) {
            gateway.post("s.echo", HI);
            admin(gateway, "POST", "/admin/reload", "");
            assertThat(Scraped.of(gateway).types()).doesNotContainKey("serai_audit_dropped_total");
        }
        assertThat(trail()).isEmpty();
    }

    @Test
    void whatIsNoChoiceStopsTheStart() {
        assertThatThrownBy(() -> gateway().setting("serai.audit", "some").start())
                .hasRootCauseMessage("serai.audit = 'some': expected one of auto, log, off");
    }

    @Test
    void aLogThatHangsCostsLinesAndHoldsNoCallUp() {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch began = new CountDownLatch(1);
        List<String> written = new CopyOnWriteArrayList<>();
        AuditTrail trail = new AuditTrail(true, 10, line -> {
            began.countDown();
            awaitUninterruptibly(hanging);
            written.add(line);
        });
        trail.ended(ended());
        awaitUninterruptibly(began);
        for (int i = 0; i < 25; i++) {
            trail.ended(ended());
        }
        assertThat(trail.dropped()).isEqualTo(15);
        hanging.countDown();
        await().until(() -> written.size() == 11);
        trail.close();
        assertThat(written).hasSize(11);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static EndedInvocation ended() {
        return new EndedInvocation(
                "req", null, null, Caller.ANONYMOUS, null, "completed", null, 1, null, false, 0, 1_000_000);
    }
}
