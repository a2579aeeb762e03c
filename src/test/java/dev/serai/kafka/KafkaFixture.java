package dev.serai.kafka;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A broker, three topics of the test's own, the sample server, and gateways between them. */
abstract class KafkaFixture {
    @TempDir
    Path folder;

    final SampleMcpServer server = new SampleMcpServer();
    final KafkaTopics topics = KafkaTopics.on(KafkaBroker.shared(), partitions());

    int partitions() {
        return 6;
    }

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.dials().release();
        server.close();
        topics.close();
    }

    /** {@code s.TOOL}, which must not run twice, and {@code twice.TOOL}, which may, for each tool. */
    static String declarations(String url, String... tools) {
        StringBuilder yaml = new StringBuilder("capabilities:\n");
        for (String group : new String[] {"s", "twice"}) {
            for (String tool : tools) {
                yaml.append("""
                          - id: %1$s.%2$s
                            metadata:
                              mcp: { server_url: "%3$s", requires_session: true, tool_name: %2$s }
                              policy: { idempotent: %4$s, timeout: 60s }
                            input_schema: { type: object, properties: { message: { type: string } } }
                        """.formatted(group, tool, url, group.equals("twice")));
            }
        }
        return yaml.toString();
    }

    TestGateway gateway(Map<String, String> settings) {
        TestGateway.Builder builder = TestGateway.in(folder)
                .capabilities("s.yaml", declarations(server.uri().toString(), "echo", "slow", "side_effect", "large"))
                .setting("serai.audit", "off")
                .setting("serai.delivery.retry-delay", "1ms");
        topics.settings().forEach(builder::setting);
        settings.forEach(builder::setting);
        return builder.start();
    }
}
