package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A provider that exists in test resources only: one route file, one metadata block, no error handling, no Java. */
@Timeout(120)
class NewProviderTest {
    private static final int CALLERS = 50;

    @TempDir
    Path folder;

    private final LedgerServer server = new LedgerServer();

    @AfterEach
    void stopServer() {
        server.close();
    }

    static String routes(String provider) {
        try (InputStream in = NewProviderTest.class.getResourceAsStream("/providers/" + provider + ".camel.yaml")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private TestGateway gateway(String provider, String more) {
        return gateway(provider, routes(provider), more);
    }

    private TestGateway gateway(String provider, String routes, String more) {
        return TestGateway.in(folder)
                .routes("providers/" + provider + ".camel.yaml", routes)
                .capabilities("books.yaml", """
                        capabilities:
                          - id: books.add
                            metadata:
                              %1$s:
                                server_url: %2$s
                                requires_session: true
                                auth_env_var: LEDGER_SECRET
                                book: main
                              session: { concurrency: 100 }
                              %3$s
                            input_schema: { type: object }
                        """.formatted(provider, server.url(), more))
                .environment("LEDGER_SECRET", LedgerServer.SECRET)
                .start();
    }

    private static CallOutcome add(TestGateway gateway) {
        return gateway.call("books.add", "{\"memo\":\"rent\"}");
    }

    private static void works(TestGateway gateway) {
        CallOutcome outcome = add(gateway);
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
    }

    @Test
    void theCallGoesThroughItsSessionAndTheResultIsRight() {
        try (TestGateway gateway = gateway("ledger", "")) {
            assertThat(gateway.post("books.add", "{\"memo\":\"rent\"}").body()).isEqualTo("1");
            assertThat(TestGateway.tree(gateway.post("books.add?raw=true", "{\"memo\":\"rent\"}")
                            .body()))
                    .isEqualTo(TestGateway.tree("{\"amount\":2,\"entry\":{\"memo\":\"rent\"}}"));
            assertThat(server.logins()).isEqualTo(1);
            LedgerServer.Seen call = server.seen().get(1);
            assertThat(call.headers().get("Ledger-Book")).containsExactly("main");
            assertThat(call.headers().get("Content-Type")).containsExactly("application/json");
        }
        assertThat(server.logouts()).as("at shutdown").isEqualTo(1);
        assertThat(server.openTickets()).isZero();
    }

    @Test
    void anExpiredTicketIsRenewedOnceByOneNewLoginHoweverManyCall() {
        for (String provider : List.of("ledger", "plain")) {
            try (TestGateway gateway = gateway(provider, "");
                    Callers callers = new Callers(CALLERS)) {
                works(gateway);
                int logins = server.logins();
                int entries = server.entries();
                server.expire(401);

                List<CallOutcome> outcomes = callers.callAll(i -> add(gateway));

                assertThat(outcomes).allMatch(CallOutcome::completed, provider);
                assertThat(outcomes).anyMatch(o -> "2".equals(o.headers().get("CapabilityAttempts")));
                assertThat(server.logins()).isEqualTo(logins + 1);
                assertThat(server.entries()).isEqualTo(entries + CALLERS);
            }
        }
    }

    @Test
    void aSessionThatTheServerNoLongerKnowsIsRenewedToo() {
        for (String provider : List.of("ledger", "plain")) {
            try (TestGateway gateway = gateway(provider, "")) {
                works(gateway);
                int logins = server.logins();
                server.expire(404);
                works(gateway);
                assertThat(server.logins()).as(provider).isEqualTo(logins + 1);
            }
        }
    }

    @Test
    void aSecondRefusalIsTheCallersErrorAndLeavesNoSession() {
        for (String provider : List.of("ledger", "plain")) {
            try (TestGateway gateway = gateway(provider, "")) {
                works(gateway);
                int logins = server.logins();
                server.answerNextWith(401, 401);
                Refusals.overRest(gateway.post("books.add", "{}"), 502, "upstream_unauthorized");
                assertThat(server.logins()).isEqualTo(logins + 1);
                works(gateway);
                assertThat(server.logins())
                        .as("the session refused twice is not used again")
                        .isEqualTo(logins + 2);
            }
        }
    }

    @Test
    void aStatusThatTheDeclarationCallsALossIsOne() {
        try (TestGateway gateway = gateway("ledger", "session_lost_when: \"440\"")) {
            works(gateway);
            server.expire(440);
            works(gateway);
            assertThat(server.logins()).isEqualTo(2);
        }
    }

    @Test
    void anOverloadedServerSeesACallOnceAndKeepsItsSession() {
        for (String provider : List.of("ledger", "plain")) {
            try (TestGateway gateway = gateway(provider, "")) {
                works(gateway);
                int logins = server.logins();
                for (int status : new int[] {503, 429, 500}) {
                    int before = server.seen().size();
                    server.answerNextWith(status);
                    Refusals.overRest(gateway.post("books.add", "{}"), 502, "upstream_error");
                    assertThat(server.seen()).hasSize(before + 1);
                }
                works(gateway);
                assertThat(server.logins()).isEqualTo(logins);
            }
        }
    }

    @Test
    void onlyWhatTheRouteSetsGoesOutAndNoCookieIsKept() {
        for (String provider : List.of("ledger", "plain")) {
            try (TestGateway gateway = gateway(provider, "")) {
                works(gateway);
                works(gateway);
            }
        }
        assertThat(server.seen()).hasSizeGreaterThanOrEqualTo(6).allSatisfy(request -> {
            assertThat(request.headers().keySet())
                    .noneMatch(name -> name.contains("_"))
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).matches("(camel|capability|serai).*"));
            assertThat(request.headers()).doesNotContainKeys("Cookie", "Set-Cookie", "X-Visit");
        });
    }

    @Test
    void aCallThatHangsEndsAtItsDeadline() {
        for (String provider : List.of("ledger", "plain")) {
            try (TestGateway gateway = gateway(provider, "")) {
                works(gateway);
                server.hang();
                Refusals.inProcess(
                        gateway.call("books.add", "{}", Map.of("CapabilityTimeoutMs", "300")), "timed_out", "timeout");
                server.resume();
            }
        }
    }

    @Test
    void theCredentialIsNoHeaderOfTheRoute() {
        String spying = routes("ledger")
                .replace(
                        "        - unmarshal:",
                        "        - to: seda:spy?waitForTaskToComplete=Never\n        - unmarshal:");
        try (TestGateway gateway = gateway("ledger", spying, "")) {
            works(gateway);
            try (var consumer = gateway.camelContext().createConsumerTemplate()) {
                Map<String, Object> headers =
                        consumer.receive("seda:spy", 60_000).getMessage().getHeaders();
                assertThat(headers).containsKey("Ledger-Ticket").containsKey("X-Visit");
                assertThat(headers.toString()).doesNotContain(LedgerServer.SECRET);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void theGuidesExampleIsThisProvider() throws IOException {
        assertThat(Files.readString(Path.of("docs/add-a-provider.md"))).contains(routes("ledger"));
    }

    /** The two blocks of the page, saved in the folders of a gateway that runs; only the server's address is another. */
    @Test
    void theGuideIsFollowedToTheLetterInARunningGateway() throws IOException {
        String page = Files.readString(Path.of("docs/add-a-provider.md"));
        String declaration = block(page, "# capabilities/ledger.yaml");
        String provider = block(page, "# A made-up server");
        assertThat(provider.lines().count()).isLessThanOrEqualTo(50);
        try (TestGateway gateway = TestGateway.in(folder)
                .environment("LEDGER_SECRET", LedgerServer.SECRET)
                .start()) {
            assertThat(gateway.post("ledger.balance", "{}").statusCode()).isEqualTo(404);
            Path file = gateway.routes().resolve("providers/ledger.camel.yaml");
            Files.createDirectories(file.getParent());
            Files.writeString(file, provider);
            Files.writeString(
                    gateway.capabilities().resolve("ledger.yaml"),
                    declaration.replace("https://ledger.example.com", server.url()));

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> gateway.post("ledger.balance", "{}").statusCode() == 200);
            assertThat(gateway.post("ledger.balance", "{}").body()).isEqualTo(Integer.toString(server.entries()));
            assertThat(server.logins()).isEqualTo(1);
        }
        assertThat(server.openTickets()).isZero();
    }

    private static String block(String page, String first) {
        int start = page.indexOf(first);
        assertThat(start).as(first).isPositive();
        return page.substring(start, page.indexOf("```", start));
    }
}
