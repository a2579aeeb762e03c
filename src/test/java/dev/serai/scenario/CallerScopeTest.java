package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.access.NewApiKey;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Caller;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code serai.test.caller-scope.calls} makes the random calls as many as one likes; {@code .ci/run} takes 100,000. */
@Timeout(120)
class CallerScopeTest {
    private static final String SEED = System.getProperty("serai.test.seed", "");
    private static final int CALLS = Integer.getInteger("serai.test.caller-scope.calls", 1_500);
    private static final int THREADS = 6;
    /** Of the slowest machine that is waited for. */
    private static final int CALLS_PER_SECOND = 200;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();

    /** One answered call: who made it, the session it went through, and what that session had counted. */
    private record Count(String caller, String session, int count) {}

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private TestGateway gateway(String metadata) {
        return builder(metadata).start();
    }

    private TestGateway.Builder builder(String metadata) {
        return TestGateway.in(folder)
                .setting("serai.session.failure-backoff", "0ms")
                .capabilities("sample.yaml", Sample.declarations(server, metadata, "counter"));
    }

    private static Count call(ProducerTemplate template, @Nullable String caller, @Nullable String conversation) {
        Exchange done = send(template, caller, conversation);
        assertThat(done.getMessage().getHeader("CapabilityStatus")).isEqualTo("completed");
        return count(done, caller);
    }

    /** Over REST. A session that is lost twice during one call fails it: then there is no count. */
    private static @Nullable Count callMaybeInVain(TestGateway gateway, String caller, String key) {
        HttpResponse<String> answer = gateway.post("sample.counter", "{}", "Authorization", "Bearer " + key);
        return answer.statusCode() != 200
                ? null
                : new Count(
                        caller,
                        answer.headers().firstValue("Serai-Session").orElseThrow(),
                        TestGateway.tree(answer.body()).path("count").intValue());
    }

    private static Exchange send(ProducerTemplate template, @Nullable String caller, @Nullable String conversation) {
        return template.request("direct:invoke-capability", exchange -> {
            exchange.getMessage().setBody("{}");
            exchange.getMessage().setHeader("CapabilityId", "sample.counter");
            exchange.getMessage().setHeader("CapabilityConversation", conversation);
            if (caller != null) {
                exchange.setProperty(Caller.PROPERTY, new Caller(caller, Set.of()));
            }
        });
    }

    private static Count count(Exchange done, @Nullable String caller) {
        return new Count(
                String.valueOf(caller),
                done.getMessage().getHeader("CapabilitySession", String.class),
                done.getMessage().getBody(JsonNode.class).get("count").intValue());
    }

    @Test
    @Timeout(900)
    void callersNeverShareASessionOverRandomCallsLossesAndRotations() throws Exception {
        Path token = folder.resolve("token");
        Files.writeString(token, "token-0");
        server.dials().requireBearer("token-0");
        long seed = SEED.isEmpty() ? new Random().nextLong() : Long.parseLong(SEED);
        List<Count> counts = new ArrayList<>();
        Map<String, String> keys = new TreeMap<>();
        List<String> lines = new ArrayList<>();
        for (String caller : List.of("ann", "bob")) {
            NewApiKey made = NewApiKey.make(caller, Set.of());
            keys.put(caller, made.key());
            lines.add(made.line());
        }
        Path file = Files.write(folder.resolve("keys.yaml"), lines);
        try (TestGateway gateway = builder("  auth_file: " + token + "\nsession: { scope: caller }")
                        .setting("serai.access.api-keys-file", file.toString())
                        .setting("serai.audit", "off")
                        .start();
                Callers callers = new Callers(THREADS)) {
            callers.callAllFor(CALLS / CALLS_PER_SECOND, thread -> {
                        Random random = new Random(seed + thread);
                        List<Count> own = new ArrayList<>();
                        for (int i = 0; i < CALLS / THREADS; i++) {
                            if (thread == 0) {
                                disturb(random.nextInt(100), i, token);
                            }
                            String caller = random.nextBoolean() ? "ann" : "bob";
                            Count count = callMaybeInVain(gateway, caller, keys.getOrDefault(caller, ""));
                            if (count != null) {
                                own.add(count);
                            }
                        }
                        return own;
                    })
                    .forEach(counts::addAll);
        }
        assertThat(counts).hasSizeGreaterThan(CALLS / 2);
        assertEachSessionCountsItsOneCallersCallsOnly(counts, seed);
        assertThat(server.counters().initialize()).isGreaterThan(4);
    }

    /** Now and then all sessions are lost, and now and then the credential is another one. */
    private void disturb(int dice, int step, Path token) {
        if (dice < 4) {
            server.expireAllSessions();
        } else if (dice < 6) {
            write(token, "token-" + step);
            server.dials().requireBearer("token-" + step);
        }
    }

    private static void write(Path file, String text) {
        try {
            Path fresh = Files.writeString(file.resolveSibling("token.new"), text);
            Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertEachSessionCountsItsOneCallersCallsOnly(List<Count> counts, long seed) {
        Map<String, List<Count>> sessions = new TreeMap<>();
        counts.forEach(count -> sessions.computeIfAbsent(count.session, any -> new ArrayList<>())
                .add(count));
        assertThat(counts).extracting(Count::caller).contains("ann", "bob");
        sessions.forEach((session, calls) -> {
            Set<String> owners = new HashSet<>();
            calls.forEach(call -> owners.add(call.caller));
            assertThat(owners)
                    .as("callers of session %s, seed %d", session, seed)
                    .hasSize(1);
            List<Integer> seen = calls.stream().map(Count::count).sorted().toList();
            assertThat(seen.get(seen.size() - 1))
                    .as("calls of session %s, seed %d: %s", session, seed, seen)
                    .isEqualTo(seen.size());
        });
    }

    @Test
    void aConversationBelongsToItsCaller() {
        try (TestGateway gateway = gateway("session: { scope: conversation }")) {
            ProducerTemplate template = gateway.camelContext().createProducerTemplate();

            assertThat(call(template, "ann", "talk").count()).isEqualTo(1);
            assertThat(call(template, "bob", "talk").count()).isEqualTo(1);
            assertThat(call(template, "ann", "talk").count()).isEqualTo(2);
            assertThat(call(template, "a", "nntalk").count()).isEqualTo(1);
            assertThat(call(template, null, "3:anntalk").count()).isEqualTo(1);
        }
    }

    @Test
    void callersThatNobodyAuthenticatedAreOne() {
        try (TestGateway gateway = gateway("session: { scope: caller }")) {
            ProducerTemplate template = gateway.camelContext().createProducerTemplate();

            assertThat(call(template, null, "a").count()).isEqualTo(1);
            assertThat(call(template, null, "b").count()).isEqualTo(2);
            assertThat(call(template, "anonymous", null).count()).isEqualTo(1);
        }
    }

    @Test
    void whoIsAuthenticatedUnderTheNameOfNobodyIsSomebody() {
        try (TestGateway gateway = gateway("session: { scope: caller }")) {
            ProducerTemplate template = gateway.camelContext().createProducerTemplate();
            Count nobody = call(template, null, null);

            assertThat(call(template, Caller.ANONYMOUS.name(), null).session()).isNotEqualTo(nobody.session());
        }
    }
}
