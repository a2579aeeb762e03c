package dev.serai.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.gateway.GatewayProcess;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import jakarta.jms.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the settings of the entry do, apart from what {@link JmsEntryTest} shows. */
@Timeout(120)
class JmsSettingsTest {
    private static final String BEAN = """
        - beans:
            - name: my-broker
              type: org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory
              properties:
                brokerURL: %s
                user: me
                password: not-told
        - route:
            id: my-own
            errorHandler: { noErrorHandler: {} }
            from:
              uri: direct:my-own
              steps:
                - to:
                    uri: jms:queue:calls
                    parameters: { connectionFactory: "#jms-connections", exchangePattern: InOut }
        """;

    /** Camel loads the type converters of every component on the class path, and what they name. */
    private static final List<String> CONVERTED = List.of(
            "org.apache.camel.component.jms.converter.JmsConverterLoader",
            "org.apache.camel.component.jms.JmsMessage ",
            "jakarta.jms.Message ",
            "org.springframework.core.io.InputStreamSource ",
            "org.springframework.core.io.Resource ");

    @TempDir
    Path folder;

    private void isRefused(String message, String... settings) {
        TestGateway.Builder builder = TestGateway.in(folder).setting("serai.jms.enabled", "true");
        for (int i = 0; i < settings.length; i += 2) {
            builder.setting(settings[i], settings[i + 1]);
        }
        assertThatThrownBy(builder::start).hasMessageContaining(message);
    }

    @Test
    void whatCannotWorkIsRefusedAtTheStart() {
        isRefused("serai.jms.queue = 'a?b': expected", "serai.jms.queue", "a?b");
        isRefused("expected another queue than serai.jms.queue", "serai.jms.dead-letter-queue", "capability.invoke");
        isRefused("serai.jms.reply-to = 'a b': expected temporary, none", "serai.jms.reply-to", "a b");
        isRefused("serai.jms.reply-queue = 'x y': expected", "serai.jms.reply-queue", "x y");
        isRefused("serai.jms.correlation = 'mine': expected auto or message-id", "serai.jms.correlation", "mine");
        isRefused("serai.jms.roles = '\"': expected roles", "serai.jms.roles", "\"");
        isRefused("serai.jms.url holds a user or password", "serai.jms.url", "tcp://me:secret@host:1");
        isRefused("serai.jms.url = 'carrier://pigeon': expected tcp://", "serai.jms.url", "carrier://pigeon");
        isRefused("SERAI_JMS_PASSWORD", "serai.jms.user", "me");
        isRefused(
                "the environment variable MY_VARIABLE",
                "serai.jms.user",
                "me",
                "serai.jms.password-env",
                "MY_VARIABLE");
        isRefused("serai.jms.connection-factory = 'none'", "serai.jms.connection-factory", "none");
    }

    @Test
    void aBeanOfTheUsersConnectsAndQueuesRepliesAndCorrelationAreAsTheSettingsSay() throws Exception {
        try (Broker broker = new Broker(folder.resolve("broker"));
                SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            try (TestGateway gateway = TestGateway.in(folder)
                            .capabilities("sample.yaml", Declared.of(server, "echo"))
                            .routes("bean.camel.yaml", BEAN.formatted(broker.url()))
                            .setting("serai.jms.enabled", "true")
                            .setting("serai.jms.connection-factory", "my-broker")
                            .setting("serai.jms.queue", "calls")
                            .setting("serai.jms.dead-letter-queue", "calls.dead")
                            .setting("serai.jms.correlation", "message-id")
                            .setting("serai.jms.reply-to", "none")
                            .setting("serai.jms.reply-queue", "calls.done")
                            .start();
                    JmsClient client = new JmsClient(broker.connections())) {
                assertThat(gateway.gateway().entryPoints())
                        .anySatisfy(entry -> assertThat(entry.url()).isEqualTo("bean:my-broker calls"));
                try (var producer = client.session.createProducer(client.session.createQueue("calls"))) {
                    Message request = client.text("sample.echo", "{\"message\":\"hi\"}");
                    request.setJMSReplyTo(null);
                    request.setJMSCorrelationID("mine");
                    producer.send(request);
                    Message reply = client.take(client.session.createQueue("calls.done"));
                    assertThat(JmsClient.json(reply).asText()).isEqualTo("hi");
                    assertThat(reply.getJMSCorrelationID()).isEqualTo(request.getJMSMessageID());
                    producer.send(client.text("sample.echo", "{}"));
                    assertThat(JmsClient.json(client.take(client.session.createQueue("calls.done")))
                                    .path("code")
                                    .asText())
                            .isEqualTo("forbidden");
                    assertThat(client.take(client.session.createQueue("calls.dead"))
                                    .getStringProperty("CapabilityErrorCode"))
                            .isEqualTo("forbidden");
                }
            }
        }
    }

    @Test
    void routesOfTheUsersSendThroughThePool() throws Exception {
        try (Broker broker = new Broker(folder.resolve("broker"));
                SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            try (TestGateway gateway = TestGateway.in(folder)
                    .capabilities("sample.yaml", Declared.of(server, "echo"))
                    .routes("own.camel.yaml", BEAN.formatted(broker.url()))
                    .setting("serai.jms.enabled", "true")
                    .setting("serai.jms.url", broker.url())
                    .setting("serai.jms.queue", "calls")
                    .start()) {
                for (int i = 0; i < 3; i++) {
                    String answer = gateway.camelContext()
                            .createProducerTemplate()
                            .requestBodyAndHeader(
                                    "direct:my-own",
                                    "{\"message\":\"pooled\"}",
                                    "CapabilityId",
                                    "sample.echo",
                                    String.class);
                    assertThat(answer).isEqualTo("\"pooled\"");
                }
            }
        }
    }

    @Test
    void turnedOffNothingOfItIsLoaded() throws IOException {
        Path capabilities = Files.createDirectory(folder.resolve("capabilities"));
        Path classes = folder.resolve("classes");
        Map<String, String> environment =
                Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + classes + ":none:filecount=0");
        try (GatewayProcess gateway = GatewayProcess.start(capabilities, Map.of(), environment)) {
            assertThat(gateway.get("/observe/health").body()).doesNotContain("jms");
            assertThat(gateway.get("/observe/metrics").body()).doesNotContain("jms");
        }
        List<String> loaded = Files.readAllLines(classes);
        assertThat(loaded).anyMatch(line -> line.startsWith("dev.serai.jms.JmsOptions"));
        assertThat(loaded).filteredOn(JmsSettingsTest::isOfTheEntry).isEmpty();
    }

    private static boolean isOfTheEntry(String line) {
        return !line.startsWith("dev.serai.jms.JmsOptions")
                && CONVERTED.stream().noneMatch(line::startsWith)
                && Stream.of(
                                "dev.serai.jms.Jms",
                                "jakarta.jms.",
                                "org.apache.camel.component.jms.",
                                "org.springframework.",
                                "org.apache.activemq.",
                                "org.apache.qpid.",
                                "org.messaginghub.")
                        .anyMatch(line::startsWith);
    }
}
