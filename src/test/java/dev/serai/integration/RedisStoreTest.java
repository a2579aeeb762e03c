package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways that share sessions through a real Redis. */
@Tag("integration")
@Timeout(120)
class RedisStoreTest {
    private static final String HI = "{\"message\":\"hi\"}";
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String OTHER_KEY = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";
    private static final String TOKEN = "t0ken-Of-The-Operator";
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: %s, requires_session: true, auth_env_var: SAMPLE_TOKEN }
                session: { %s }
            capabilities:
              - { id: s.echo, metadata: { mcp: { tool_name: echo } } }
            """;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final AtomicInteger gateways = new AtomicInteger();

    @BeforeEach
    void startServer() {
        server.start();
        server.dials().requireBearer(TOKEN);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private TestGateway.Builder builder(String redisUrl, String session) throws IOException {
        Path own = Files.createDirectory(folder.resolve("gateway-" + gateways.incrementAndGet()));
        return TestGateway.in(own)
                .setting("serai.store", "redis")
                .setting("serai.store.redis-url", redisUrl)
                .setting("serai.session.failure-backoff", "0ms")
                .environment("SERAI_STORE_KEY", KEY)
                .environment("SAMPLE_TOKEN", TOKEN)
                .capabilities("s.yaml", DECLARATIONS.formatted(server.uri(), session));
    }

    private TestGateway gateway(RedisServer redis) throws IOException {
        return builder(redis.url(), "idle: 1h").start();
    }

    private static String echo(TestGateway gateway, String conversation) {
        CallOutcome outcome = gateway.callIn(conversation, "s.echo", HI);
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return String.valueOf(outcome.headers().get("CapabilitySession"));
    }

    private static double metric(TestGateway gateway, String name) {
        return gateway.get("/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSecondGatewayAndARestartedOneUseTheStoredSession() throws IOException {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway first = gateway(redis)) {
            String session = echo(first, "a");
            try (TestGateway second = gateway(redis)) {
                assertThat(echo(second, "b")).isEqualTo(session);
            }
            try (TestGateway restarted = gateway(redis)) {
                assertThat(echo(restarted, "c")).isEqualTo(session);
            }
            assertThat(server.counters().initialize()).isEqualTo(1);
            assertThat(server.counters().deletes()).isZero();
        }
    }

    @Test
    void neitherTokenNorSessionIdNorAddressIsInRedis() throws IOException {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway gateway =
                        builder(redis.url(), "scope: conversation").start()) {
            echo(gateway, "conversation-a");
            echo(gateway, "conversation-b");
            List<String> ids = server.requests().stream()
                    .map(request -> request.header("Mcp-Session-Id"))
                    .filter(id -> !id.isEmpty())
                    .distinct()
                    .toList();
            assertThat(ids).hasSize(2);
            assertThat(redis.content())
                    .contains("serai:session:")
                    .hasSizeGreaterThan(300)
                    .doesNotContain(ids)
                    .doesNotContain(TOKEN, "Bearer", "127.0.0.1", "conversation-a", "protocolVersion", KEY);
        }
    }

    @Test
    void aStoredSessionLivesNoLongerThanItsAges() throws IOException {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway idle =
                        builder(redis.url(), "idle: 40s, max_age: 1h").start()) {
            echo(idle, "a");
            String place = redis.places().get(0);
            assertThat(redis.millisToLive(place)).isBetween(20_000L, 40_625L);
            redis.ask(RedisCommands::flushall);
            try (TestGateway old =
                    builder(redis.url(), "idle: 1h, max_age: 40s").start()) {
                echo(old, "a");
                assertThat(redis.millisToLive(place)).isBetween(20_000L, 40_000L);
            }
        }
    }

    @Test
    void noCallFailsWhileRedisDiesAndComesBack() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        ConcurrentLinkedQueue<CallOutcome> failures = new ConcurrentLinkedQueue<>();
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway gateway =
                        builder(redis.url(), "scope: conversation").start()) {
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Thread caller = new Thread(() -> {
                    while (!over.get()) {
                        // A new session every second call.
                        int number = calls.incrementAndGet();
                        CallOutcome outcome = gateway.callIn("c" + number / 2, "s.echo", HI);
                        if (!outcome.completed()) {
                            failures.add(outcome);
                        }
                    }
                });
                caller.start();
                callers.add(caller);
            }
            await().until(() -> metric(gateway, "serai_store_writes_total") > 20);
            redis.kill();
            await().until(() -> metric(gateway, "serai_store_degraded") == 1);
            int before = calls.get();
            await().until(() -> calls.get() > before + 20);
            redis.start();
            await().until(() -> metric(gateway, "serai_store_degraded") == 0);
            double written = metric(gateway, "serai_store_writes_total");
            await().until(() -> metric(gateway, "serai_store_writes_total") > written + 20);
            redis.pause();
            await().until(() -> metric(gateway, "serai_store_degraded") == 1);
            int paused = calls.get();
            await().until(() -> calls.get() > paused + 20);
            redis.goOn();
            await().until(() -> metric(gateway, "serai_store_degraded") == 0);
            over.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
        }
        assertThat(failures).isEmpty();
        assertThat(calls).hasValueGreaterThan(100);
    }

    @Test
    void aGatewayThatStartsWithoutRedisStoresOnceItIsThere() throws Exception {
        try (RedisServer redis = RedisServer.start(folder)) {
            redis.kill();
            try (TestGateway gateway =
                    builder(redis.url(), "scope: conversation").start()) {
                echo(gateway, "before");
                assertThat(metric(gateway, "serai_store_degraded")).isEqualTo(1);
                redis.start();
                AtomicInteger conversation = new AtomicInteger();
                await().until(() -> {
                    echo(gateway, "after-" + conversation.incrementAndGet());
                    return metric(gateway, "serai_store_writes_total") > 0;
                });
            }
        }
    }

    @Test
    void whenASharedSessionIsLostOneIsOpenedForAllGateways() throws Exception {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway first = gateway(redis);
                TestGateway second = gateway(redis)) {
            assertThat(echo(first, "a")).isEqualTo(echo(second, "a"));
            server.expireAllSessions();
            Set<String> sessions = java.util.Collections.synchronizedSet(new HashSet<>());
            List<Thread> callers = new ArrayList<>();
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 40; i++) {
                TestGateway gateway = i % 2 == 0 ? first : second;
                Thread caller = new Thread(() -> {
                    try {
                        sessions.add(echo(gateway, "a"));
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                });
                caller.start();
                callers.add(caller);
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(failures).isEmpty();
            assertThat(sessions).hasSize(1);
            assertThat(server.counters().initialize()).isEqualTo(2);
        }
    }

    @Test
    void oneSessionReplacesAnAgingOneForAllGateways() throws Exception {
        String aging = "max_age: 30s, idle: 1h, refresh_ahead: 25s";
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway first = builder(redis.url(), aging).start();
                TestGateway second = builder(redis.url(), aging).start()) {
            Set<String> ofFirst = new LinkedHashSet<>();
            Set<String> ofSecond = new LinkedHashSet<>();
            echo(first, "a");
            server.dials().holdInitialize();
            await().until(() -> {
                ofFirst.add(echo(first, "a"));
                ofSecond.add(echo(second, "a"));
                return server.counters().initialize() > 1;
            });
            for (int i = 0; i < 50; i++) {
                ofFirst.add(echo(first, "a"));
                ofSecond.add(echo(second, "a"));
            }
            server.dials().release();
            await().until(() -> {
                ofFirst.add(echo(first, "a"));
                ofSecond.add(echo(second, "a"));
                return ofFirst.size() >= 2 && ofSecond.size() >= 2;
            });
            assertThat(ofSecond).containsExactlyElementsOf(ofFirst);
            assertThat(server.counters().initialize()).isEqualTo(2);
        }
    }

    @Test
    void aSessionIsClosedAtTheServerWhenItIsIdleEverywhere() throws IOException {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway busy = builder(redis.url(), "idle: 5s").start();
                TestGateway idle = builder(redis.url(), "idle: 5s").start()) {
            String session = echo(busy, "a");
            assertThat(echo(idle, "a")).isEqualTo(session);
            await().until(() -> {
                assertThat(echo(busy, "a")).isEqualTo(session);
                return idle.get("/observe/metrics").body().contains("serai_session_closes_total{cause=\"idle\"} 1.0");
            });
            assertThat(echo(busy, "a")).isEqualTo(session);
            assertThat(echo(idle, "a")).isEqualTo(session);
            assertThat(server.counters().deletes()).isZero();
            await().until(() -> server.counters().deletes() == 1);
            assertThat(server.counters().initialize()).isEqualTo(1);
        }
    }

    @Test
    void gatewaysWithDifferentKeysDoNotShareAndFailNoCall() throws IOException {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway first = gateway(redis);
                TestGateway second = builder(redis.url(), "idle: 1h")
                        .environment("SERAI_STORE_KEY", OTHER_KEY)
                        .start()) {
            assertThat(echo(first, "a")).isNotEqualTo(echo(second, "a"));
            assertThat(metric(second, "serai_store_failures_total")).isEqualTo(1);
        }
    }

    @Test
    void aRecordThatWasTamperedWithIsReplaced() throws IOException {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway first = gateway(redis);
                TestGateway second = gateway(redis)) {
            String session = echo(first, "a");
            String place = redis.places().get(0);
            redis.ask(commands -> commands.hset(place, "d", "something else"));
            assertThat(echo(second, "a")).isNotEqualTo(session);
            assertThat(metric(second, "serai_store_failures_total")).isEqualTo(1);
            try (TestGateway third = gateway(redis)) {
                assertThat(echo(third, "a")).isEqualTo(echo(second, "a"));
            }
        }
    }

    @Test
    void thePasswordComesFromAVariable() throws IOException {
        try (RedisServer redis = RedisServer.start(folder, "s3cret");
                TestGateway without = gateway(redis);
                TestGateway with = builder("redis://unused", "idle: 1h")
                        .setting("serai.store.redis-url-env", "THE_REDIS")
                        .environment("THE_REDIS", "redis://:s3cret@127.0.0.1:" + redis.port())
                        .start()) {
            echo(without, "a");
            echo(with, "a");
            assertThat(metric(without, "serai_store_degraded")).isEqualTo(1);
            assertThat(metric(with, "serai_store_writes_total")).isEqualTo(1);
        }
    }

    @Test
    void aSessionWhoseIdleTimeIsOverIsNotTakenOver() throws IOException {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway first = gateway(redis)) {
            String session = echo(first, "a");
            String place = redis.places().get(0);
            String lastUse = redis.ask(commands -> commands.hget(place, "u"));
            long hourAgo = Long.parseLong(lastUse) - 3_600_000;
            redis.ask(commands -> commands.hset(place, "u", Long.toString(hourAgo)));
            try (TestGateway second = gateway(redis)) {
                assertThat(echo(second, "a")).isNotEqualTo(session);
            }
        }
        assertThat(server.counters().initialize()).isEqualTo(2);
    }

    @Test
    void sessionsThatRedisHasLostAreClosedAtTheirServerWhenTheyAreIdleAndAtTheEnd() throws IOException {
        try (RedisServer redis = RedisServer.start(folder)) {
            try (TestGateway idle = builder(redis.url(), "idle: 1s").start()) {
                echo(idle, "a");
                redis.ask(RedisCommands::flushall);
                await().until(() -> server.counters().deletes() == 1);
            }
            try (TestGateway ending = builder(redis.url(), "idle: 1h")
                    .setting("serai.session.close-timeout", "20s")
                    .start()) {
                echo(ending, "a");
                redis.ask(RedisCommands::flushall);
            }
            assertThat(server.counters().deletes()).isEqualTo(2);
        }
    }
}
