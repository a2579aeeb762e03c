package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Without a word about sessions in the declaration, callers that are known share none. */
@Timeout(120)
class CallerSessionTest {
    @TempDir
    Path folder;

    @Test
    void everyCallerHasASessionOfItsOwnWhereCallersAreAuthenticated() {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            Keys keys = new Keys(folder);
            String ann = keys.add("ann");
            String bob = keys.add("bob");
            try (TestGateway gateway = keys.gateway(server).start()) {
                String first = session(gateway, ann);
                assertThat(session(gateway, bob)).isNotEqualTo(first);
                assertThat(session(gateway, ann)).isEqualTo(first);
                assertThat(server.counters().initialize()).isEqualTo(2);
            }
        }
    }

    @Test
    void theyShareOneWhereNobodyIsAuthenticated() {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            try (TestGateway gateway = Keys.declared(folder, server).start()) {
                assertThat(session(gateway, "ann")).isEqualTo(session(gateway, "bob"));
                assertThat(server.counters().initialize()).isEqualTo(1);
            }
        }
    }

    private static String session(TestGateway gateway, String key) {
        return gateway.post("open.echo", Keys.HI, "X-API-Key", key)
                .headers()
                .firstValue("Serai-Session")
                .orElseThrow();
    }
}
