package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SessionEndTest {
    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private TestGateway.Builder gateway(String session) {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, "session: { " + session + " }", "echo"));
    }

    private static CallOutcome echo(TestGateway gateway, String conversation) {
        CallOutcome outcome = gateway.callIn(conversation, "sample.echo", "{\"message\":\"hi\"}");
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return outcome;
    }

    private void awaitDeletes(long deletes) {
        Awaitility.await().until(() -> server.counters().deletes() == deletes);
    }

    @Test
    void anIdleSessionIsDeletedAtTheServer() {
        try (TestGateway gateway = gateway("idle: 200ms").start()) {
            echo(gateway, "a");
            awaitDeletes(1);
            echo(gateway, "a");
            assertThat(server.counters().initialize()).isEqualTo(2);
        }
    }

    @Test
    void anOldSessionIsDeletedAtTheServerHoweverBusy() {
        try (TestGateway gateway = gateway("max_age: 300ms, idle: 1h").start()) {
            Awaitility.await().until(() -> {
                echo(gateway, "a");
                return server.counters().deletes() >= 1;
            });
        }
    }

    @Test
    void anEvictedSessionIsDeletedAtTheServer() {
        try (TestGateway gateway =
                gateway("scope: conversation").setting("serai.session.max", "2").start()) {
            for (int i = 0; i < 6; i++) {
                echo(gateway, "c" + i);
            }
            Awaitility.await().until(() -> server.counters().deletes() >= 4);
        }
    }

    @Test
    void shutdownDeletesEverySessionAtTheServer() {
        try (TestGateway gateway = gateway("scope: conversation").start()) {
            for (int i = 0; i < 5; i++) {
                echo(gateway, "c" + i);
            }
            assertThat(server.counters().deletes()).isZero();
        }
        assertThat(server.counters().deletes()).isEqualTo(5);
    }

    @Test
    void aHungDeleteDelaysNobody() {
        server.dials().hangDelete(true);
        try (TestGateway gateway = gateway("idle: 100ms")
                .setting("serai.session.close-timeout", "1h")
                .start()) {
            echo(gateway, "a");
            awaitDeletes(1);
            // The DELETE stays unanswered: a call that waits for it runs into its own deadline.
            echo(gateway, "a");
            echo(gateway, "a");
            server.close();
        }
    }

    @Test
    void aHungDeleteDoesNotHoldTheShutdownBeyondItsTimeout() {
        server.dials().hangDelete(true);
        TestGateway gateway =
                gateway("idle: 1h").setting("serai.session.close-timeout", "3s").start();
        echo(gateway, "a");
        gateway.close();
        awaitDeletes(1);
    }
}
