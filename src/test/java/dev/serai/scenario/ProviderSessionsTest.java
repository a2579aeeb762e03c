package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is true of the sessions of every provider. */
@Timeout(120)
class ProviderSessionsTest {
    private static final int CALLERS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    static Stream<Named<Supplier<SessionPeer>>> peers() {
        return Stream.of(
                named("mcp", SessionPeer::mcp),
                named("rest", () -> SessionPeer.web("rest")),
                named("openapi", () -> SessionPeer.web("openapi")),
                named("graphql", SessionPeer::graphql),
                named("websocket", SessionPeer::webSocket),
                named("grpc", SessionPeer::grpc),
                named("chat", SessionPeer::chat),
                named("camel", SessionPeer::ownRoutes));
    }

    private TestGateway gateway(SessionPeer peer, String session) {
        TestGateway.Builder builder = TestGateway.in(folder);
        peer.declare(builder, "peer.work", session);
        TestGateway gateway = builder.start();
        peer.watch(gateway);
        return gateway;
    }

    private static CallOutcome work(TestGateway gateway, SessionPeer peer) {
        return gateway.call("peer.work", peer.arguments());
    }

    @ParameterizedTest
    @MethodSource("peers")
    void aSessionIsOpenedOnceForAllRenewedOnceWhenItIsLostAndClosedAtTheEnd(Supplier<SessionPeer> start) {
        try (SessionPeer peer = start.get()) {
            try (TestGateway gateway = gateway(peer, "{ concurrency: 300 }");
                    Callers callers = new Callers(CALLERS)) {
                List<CallOutcome> cold = callers.callAll(i -> work(gateway, peer));
                assertThat(cold).allSatisfy(outcome -> assertThat(outcome.completed())
                        .as("%s", outcome.body())
                        .isTrue());
                assertThat(peer.opened()).isEqualTo(1);

                peer.lose();
                List<CallOutcome> renewed = callers.callAll(i -> work(gateway, peer));
                assertThat(renewed).allMatch(CallOutcome::completed);
                assertThat(renewed)
                        .anyMatch(outcome -> "2".equals(outcome.headers().get("CapabilityAttempts")));
                assertThat(peer.opened()).isEqualTo(2);
                assertThat(peer.works()).isEqualTo(2 * CALLERS);
            }
            await("the session to be closed").atMost(PATIENCE).until(() -> peer.closed() >= 1);
        }
    }

    @ParameterizedTest
    @MethodSource("peers")
    void conversationsHaveSessionsOfTheirOwnAndTheEndOfTheGatewayClosesThem(Supplier<SessionPeer> start) {
        try (SessionPeer peer = start.get()) {
            try (TestGateway gateway = gateway(peer, "{ scope: conversation }")) {
                String first = session(gateway, peer, "a");
                assertThat(session(gateway, peer, "b")).isNotEqualTo(first);
                assertThat(session(gateway, peer, "a")).isEqualTo(first);
                assertThat(peer.opened()).isEqualTo(2);
                assertThat(peer.closed()).isZero();
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(peer.closed()).isEqualTo(2));
        }
    }

    @ParameterizedTest
    @MethodSource("peers")
    void aCallHasASessionOfItsOwnWhereTheScopeSaysSo(Supplier<SessionPeer> start) {
        try (SessionPeer peer = start.get();
                TestGateway gateway = gateway(peer, "{ scope: call }")) {
            for (int call = 1; call <= 2; call++) {
                CallOutcome outcome = work(gateway, peer);
                assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
                assertThat(peer.opened()).isEqualTo(call);
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(peer.closed()).isEqualTo(2));
        }
    }

    private static String session(TestGateway gateway, SessionPeer peer, String conversation) {
        CallOutcome outcome = gateway.callIn(conversation, "peer.work", peer.arguments());
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return outcome.headers().getOrDefault("CapabilitySession", "none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rest", "graphql"})
    void aRefusedLoginIsNoSessionAndItsErrorQuotesNoPassword(String provider) {
        try (SessionPeer peer = provider.equals("rest") ? SessionPeer.web(provider) : SessionPeer.graphql()) {
            TestGateway.Builder builder = TestGateway.in(folder);
            peer.declare(builder, "peer.work", "{ concurrency: 1 }");
            try (TestGateway gateway =
                    builder.environment("PEER_LOGIN", "eve:the-wrong-one").start()) {
                CallOutcome outcome = work(gateway, peer);
                assertThat(outcome.completed()).isFalse();
                assertThat(outcome.headers().get("CapabilityErrorCode"))
                        .isIn("session_unavailable", "upstream_unauthorized");
                assertThat(outcome.body().toString()).doesNotContain("the-wrong-one");
                assertThat(peer.opened()).isZero();
            }
        }
    }
}
