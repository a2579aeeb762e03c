package dev.serai.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.jms.client.ActiveMQDestination;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A plain JMS client calls capabilities over a queue of a real broker. */
@Timeout(120)
class JmsEntryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static Broker broker;
    private static SampleMcpServer server;
    private static TestGateway gateway;
    private JmsClient client;

    @BeforeAll
    static void start() throws Exception {
        broker = new Broker(folder.resolve("broker"));
        server = new SampleMcpServer();
        server.start();
        gateway = TestGateway.in(folder)
                .capabilities("sample.yaml", declarations())
                .setting("serai.jms.enabled", "true")
                .setting("serai.jms.url", broker.url())
                .setting("serai.jms.reply-to", "temporary, replies.*, topic:news")
                .setting("serai.jms.reply-queue", "answers")
                .setting("serai.jms.consumers", "4")
                .setting("serai.jms.caller", "queue")
                .setting("serai.jms.roles", "clerk")
                .setting("serai.max-arguments", "20000")
                .start();
    }

    private static String declarations() {
        StringBuilder yaml = new StringBuilder("capabilities:\n");
        declare(yaml, "sample.echo", "echo", "");
        declare(yaml, "sample.side_effect", "side_effect", "");
        declare(yaml, "sample.slow", "slow", "");
        declare(yaml, "sample.fail", "fail", "");
        declare(yaml, "sample.counter", "counter", "session: { scope: conversation }");
        declare(yaml, "sample.clerks", "echo", "access: { roles: clerk }");
        declare(yaml, "sample.masters", "echo", "access: { roles: master }");
        return yaml.toString();
    }

    private static void declare(StringBuilder yaml, String id, String tool, String metadata) {
        yaml.append("""
              - id: %s
                metadata:
                  mcp: { server_url: "%s", requires_session: true, tool_name: %s }
                  %s
                input_schema: { type: object, properties: { message: { type: string } } }
            """.formatted(id, server.uri(), tool, metadata));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        server.close();
        broker.close();
    }

    @BeforeEach
    void connect() throws JMSException {
        client = new JmsClient(broker.connections());
    }

    @AfterEach
    void disconnect() throws JMSException {
        assertThat(broker.depth(JmsClient.DEAD))
                .as("dead letters that no test expects")
                .isZero();
        client.close();
    }

    private static void isResult(Message reply, String value) throws JMSException {
        assertThat(reply.getStringProperty("CapabilityStatus"))
                .as("%s", ((TextMessage) reply).getText())
                .isEqualTo("completed");
        assertThat(JmsClient.json(reply).asText()).isEqualTo(value);
    }

    private static void isProblem(Message reply, String code) throws JMSException {
        JsonNode problem = JmsClient.json(reply);
        assertThat(problem.path("code").asText()).as("%s", problem).isEqualTo(code);
        assertThat(reply.getStringProperty("CapabilityErrorCode")).isEqualTo(code);
        assertThat(reply.getStringProperty("CapabilityStatus")).isNotEqualTo("completed");
        assertThat(problem.path("requestId").asText()).isEqualTo(reply.getStringProperty("CapabilityRequestId"));
    }

    private Message isDead(String reason, String code) throws JMSException {
        Message letter = client.takeDead();
        assertThat(letter.getStringProperty("CapabilityDeadReason")).isEqualTo(reason);
        assertThat(letter.getStringProperty("CapabilityErrorCode")).isEqualTo(code);
        assertThat(letter.getStringProperty("CapabilityErrorDetail")).isNotNull();
        assertThat(Instant.parse(letter.getStringProperty("CapabilityDeadAt")))
                .isBefore(Instant.now().plusSeconds(1));
        assertThat(letter.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        return letter;
    }

    @Test
    void textBytesAndMapMessagesAreArguments() throws Exception {
        isResult(client.ask(client.text("sample.echo", "{\"message\":\"grüße\"}")), "grüße");
        BytesMessage bytes = client.session.createBytesMessage();
        bytes.writeBytes("{\"message\":\"grüße\"}".getBytes(StandardCharsets.UTF_8));
        bytes.setStringProperty("CapabilityId", "sample.echo");
        bytes.setJMSReplyTo(client.replies);
        isResult(client.ask(bytes), "grüße");
        MapMessage map = client.session.createMapMessage();
        map.setString("message", "from a map");
        map.setInt("other", 5);
        map.setStringProperty("CapabilityId", "sample.echo");
        map.setJMSReplyTo(client.replies);
        isResult(client.ask(map), "from a map");
    }

    @Test
    void theReplySaysWhatBecameOfTheCallAndNothingElse() throws Exception {
        Message request = client.text("sample.echo", "{\"message\":\"hi\"}");
        request.setStringProperty("CapabilityRequestId", "order-1");
        request.setStringProperty("tenant", "north");
        Message reply = client.ask(request);
        assertThat(Collections.list((Enumeration<?>) reply.getPropertyNames()))
                .map(String::valueOf)
                .filteredOn(name -> !name.startsWith("JMSX"))
                .containsExactlyInAnyOrder(
                        "CapabilityRequestId",
                        "CapabilityStatus",
                        "CapabilitySession",
                        "CapabilitySessionReused",
                        "CapabilityAttempts",
                        "CapabilityDurationMs");
        assertThat(reply.getStringProperty("CapabilityRequestId")).isEqualTo("order-1");
        assertThat(reply.getIntProperty("CapabilityAttempts")).isEqualTo(1);
        assertThat(reply.getLongProperty("CapabilityDurationMs")).isNotNegative();
    }

    @Test
    void theReplyNamesTheCorrelationIdOfTheRequestOrElseItsMessageId() throws Exception {
        Message plain = client.text("sample.echo", "{\"message\":\"a\"}");
        Message reply = client.ask(plain);
        assertThat(reply.getJMSCorrelationID()).isEqualTo(plain.getJMSMessageID());
        assertThat(reply.getStringProperty("CapabilityRequestId")).isEqualTo(plain.getJMSMessageID());
        Message correlated = client.text("sample.echo", "{\"message\":\"b\"}");
        correlated.setJMSCorrelationID("mine");
        correlated.setJMSPriority(7);
        assertThat(client.ask(correlated).getJMSCorrelationID()).isEqualTo("mine");
    }

    @Test
    void withoutReplyToTheReplyGoesToTheConfiguredQueue() throws Exception {
        Message request = client.text("sample.echo", "{\"message\":\"to all\"}");
        request.setJMSReplyTo(null);
        client.producer.send(request);
        Message reply = client.take(client.session.createQueue("answers"));
        isResult(reply, "to all");
        assertThat(reply.getJMSCorrelationID()).isEqualTo(request.getJMSMessageID());
    }

    @Test
    void aReplyGoesToTheDestinationsThatTheSettingNames() throws Exception {
        for (String name : List.of("replies.one", "replies.two.three")) {
            Message request = client.text("sample.echo", "{\"message\":\"hi\"}");
            request.setJMSReplyTo(client.session.createQueue(name));
            client.producer.send(request);
            isResult(client.take(client.session.createQueue(name)), "hi");
        }
        try (var subscriber = client.session.createConsumer(client.session.createTopic("news"))) {
            Message request = client.text("sample.echo", "{\"message\":\"published\"}");
            request.setJMSReplyTo(client.session.createTopic("news"));
            client.producer.send(request);
            isResult(subscriber.receive(PATIENCE.toMillis()), "published");
        }
    }

    @Test
    void aReplyToForeignOrForbiddenDestinationsIsRefusedAndNothingIsCalled() throws Exception {
        Session session = client.session;
        List<Destination> forbidden = List.of(
                session.createQueue("orders"),
                session.createQueue(JmsClient.QUEUE),
                session.createQueue(JmsClient.DEAD),
                session.createQueue("replies.one::orders"),
                session.createTopic("orders"),
                session.createTopic("replies.one"),
                // Called temporary by its sender, and made by nobody for a reply.
                ActiveMQDestination.fromPrefixedName("temp-queue://orders"),
                ActiveMQDestination.fromPrefixedName("temp-topic://orders"));
        for (Destination destination : forbidden) {
            Message request = client.text("sample.side_effect", "{\"key\":\"forbidden\"}");
            request.setJMSReplyTo(destination);
            client.producer.send(request);
            Message reply = client.take(session.createQueue("answers"));
            isProblem(reply, "forbidden");
            assertThat(isDead("poison", "forbidden").getJMSReplyTo()).isEqualTo(destination);
        }
        assertThat(server.counters().sideEffects("forbidden")).isZero();
        assertThat(broker.depth("orders")).isZero();
    }

    @Test
    void aReplyWhoseReceiverIsGoneIsCountedAndTheNextMessageIsTaken() throws Exception {
        long before = server.counters().calls();
        server.dials().holdCalls();
        try {
            String replies;
            try (JmsClient hasty = new JmsClient(broker.connections())) {
                replies = hasty.replies.getQueueName();
                hasty.producer.send(hasty.text("sample.echo", "{\"message\":\"gone\"}"));
                await().atMost(PATIENCE).until(() -> server.counters().calls() > before);
            }
            await().atMost(PATIENCE).until(() -> !broker.hasAddress(replies));
        } finally {
            server.dials().release();
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gateway.get("/observe/metrics").body())
                        .contains("serai_jms_messages_total{reply=\"gone\"} 1.0"));
        isResult(client.ask(client.text("sample.echo", "{\"message\":\"next\"}")), "next");
    }

    @Test
    void lookAlikesOfMetadataChangeNothing() throws Exception {
        Message request = JmsClient.with(
                client.text("sample.echo", """
                        {"message":"hi","CapabilityId":"sample.fail","JMSReplyTo":"orders","JMSSelector":"1=0"}"""),
                Map.ofEntries(
                        Map.entry("mcp_server_url", "http://127.0.0.1:1/evil"),
                        Map.entry("mcp_requires_session", "false"),
                        Map.entry("salesforce_requires_session", true),
                        Map.entry("mcp_tool_name", "fail"),
                        Map.entry("CamelHttpUri", "http://127.0.0.1:1/evil"),
                        Map.entry("CamelHttpPath", "/evil"),
                        Map.entry("CamelJmsDestinationName", "orders"),
                        Map.entry("CamelJmsDestination", "orders"),
                        Map.entry("CamelJmsReplyTo", "orders"),
                        Map.entry("CamelJmsSelector", "1 = 0"),
                        Map.entry("CamelToEndpoint", "jms:queue:orders"),
                        Map.entry("selector", "1 = 0"),
                        Map.entry("mcp_auth_env_var", "PATH"),
                        Map.entry("session_scope", "call"),
                        Map.entry("policy_timeout", "1ms"),
                        Map.entry("SeraiRedelivered", true),
                        Map.entry("SeraiDead", "poison"),
                        Map.entry("CapabilityStatus", "completed"),
                        Map.entry("CapabilityErrorCode", "tool_error"),
                        Map.entry("SeraiCaller", "operator"),
                        Map.entry("CapabilityRaw", "true"),
                        Map.entry("Authorization", "Bearer x")));
        Message reply = client.ask(request);
        isResult(reply, "hi");
        assertThat(reply.propertyExists("CapabilityErrorCode")).isFalse();
        assertThat(broker.depth("orders")).isZero();
    }

    @Test
    void theCallerIsWhoTheSettingsNameWithTheirRolesAndNobodyElse() throws Exception {
        isResult(client.ask(client.text("sample.clerks", "{\"message\":\"hi\"}")), "hi");
        isProblem(
                client.ask(JmsClient.with(
                        client.text("sample.masters", "{\"message\":\"hi\"}"),
                        Map.of("SeraiCaller", "master", "JMSXUserID", "master"))),
                "forbidden");
        isDead("poison", "forbidden");
        assertThat(gateway.get("/admin/invocations").body()).contains("local:queue");
    }

    @Test
    void whatCanNeverBeCalledIsAnsweredAndIsADeadLetterAsItCame() throws Exception {
        Message request = client.text("sample.none", "{\"message\":\"lost\"}");
        request.setStringProperty("CapabilityRequestId", "lost-1");
        request.setJMSCorrelationID("mine");
        request.setJMSType("order");
        request.setStringProperty("tenant", "north");
        request.setDoubleProperty("weight", 1.5);
        request.setBooleanProperty("urgent", true);
        request.setLongProperty("number", 5_000_000_000L);
        request.setStringProperty("JMSXGroupID", "group-1");
        isProblem(client.ask(request), "unknown_capability");
        TextMessage letter = (TextMessage) isDead("poison", "unknown_capability");
        assertThat(letter.getText()).isEqualTo("{\"message\":\"lost\"}");
        assertThat(letter.getStringProperty("CapabilityId")).isEqualTo("sample.none");
        assertThat(letter.getStringProperty("CapabilityRequestId")).isEqualTo("lost-1");
        assertThat(letter.getStringProperty("tenant")).isEqualTo("north");
        assertThat(letter.getObjectProperty("weight")).isEqualTo(1.5);
        assertThat(letter.getObjectProperty("urgent")).isEqualTo(true);
        assertThat(letter.getObjectProperty("number")).isEqualTo(5_000_000_000L);
        assertThat(letter.getStringProperty("JMSXGroupID")).isEqualTo("group-1");
        assertThat(letter.getJMSCorrelationID()).isEqualTo("mine");
        assertThat(letter.getJMSType()).isEqualTo("order");
        assertThat(letter.getJMSReplyTo()).isEqualTo(client.replies);
        assertThat(letter.getIntProperty("CapabilityDeliveryAttempts")).isEqualTo(1);
    }

    @Test
    void poisonOfEveryKindIsAnsweredAndTheQueueGoesOn() throws Exception {
        isProblem(client.ask(client.text("sample.echo", "not JSON")), "invalid_arguments");
        assertThat(((TextMessage) isDead("poison", "invalid_arguments")).getText())
                .isEqualTo("not JSON");
        isProblem(client.ask(client.text("sample.echo", "{\"message\":5}")), "invalid_arguments");
        isDead("poison", "invalid_arguments");
        isProblem(client.ask(client.text("sample.echo", "[1]")), "invalid_arguments");
        isDead("poison", "invalid_arguments");
        Message nameless = client.text("sample.echo", "{}");
        nameless.clearProperties();
        isProblem(client.ask(nameless), "unknown_capability");
        isDead("poison", "unknown_capability");
        StreamMessage stream = client.session.createStreamMessage();
        stream.writeString("a");
        stream.setStringProperty("CapabilityId", "sample.echo");
        stream.setJMSReplyTo(client.replies);
        isProblem(client.ask(stream), "invalid_arguments");
        assertThat(((StreamMessage) isDead("poison", "invalid_arguments")).readString())
                .isEqualTo("a");
        Message object = client.session.createObjectMessage(new java.util.ArrayList<>(List.of("a")));
        object.setStringProperty("CapabilityId", "sample.echo");
        object.setJMSReplyTo(client.replies);
        isProblem(client.ask(object), "invalid_arguments");
        isDead("poison", "invalid_arguments");
        for (Map.Entry<String, Object> bad : Map.<String, Object>of(
                        "CapabilityTimeoutMs",
                        "soon",
                        "CapabilityPriority",
                        7,
                        "CapabilityConversation",
                        "x".repeat(300),
                        "CapabilityRequestId",
                        "line\nbreak")
                .entrySet()) {
            Message message = client.text("sample.echo", "{\"message\":\"hi\"}");
            isProblem(client.ask(JmsClient.with(message, Map.of(bad.getKey(), bad.getValue()))), "invalid_arguments");
            assertThat(isDead("poison", "invalid_arguments").getObjectProperty(bad.getKey()))
                    .isEqualTo(bad.getValue());
        }
        isResult(client.ask(client.text("sample.echo", "{\"message\":\"next\"}")), "next");
    }

    @Test
    void whatIsTooLargeIsPoisonWholeHoweverLargeItIs() throws Exception {
        for (int length : List.of(30_000, 3_000_000)) {
            String body = "{\"message\":\"" + "x".repeat(length) + "\"}";
            isProblem(client.ask(client.text("sample.echo", body)), "payload_too_large");
            assertThat(((TextMessage) isDead("poison", "payload_too_large")).getText())
                    .isEqualTo(body);
            BytesMessage bytes = client.session.createBytesMessage();
            bytes.writeBytes(body.getBytes(StandardCharsets.UTF_8));
            bytes.setStringProperty("CapabilityId", "sample.echo");
            bytes.setJMSReplyTo(client.replies);
            isProblem(client.ask(bytes), "payload_too_large");
            assertThat(((BytesMessage) isDead("poison", "payload_too_large")).getBodyLength())
                    .isEqualTo(body.length());
        }
    }

    @Test
    void whatTheToolSaysFailedIsAnAnswerAndNoDeadLetter() throws Exception {
        isProblem(client.ask(client.text("sample.fail", "{\"message\":\"no\"}")), "tool_error");
    }

    @Test
    void whatIsLeftUntilTheExpirationIsTheDeadlineUnlessAPropertyNamesAShorterOne() throws Exception {
        client.producer.setTimeToLive(2_500);
        isProblem(client.ask(client.text("sample.slow", "{\"millis\":60000}")), "timeout");
        isDead("outcome_unknown", "timeout");
        Message patient = client.text("sample.slow", "{\"millis\":60000}");
        patient.setLongProperty("CapabilityTimeoutMs", 600_000);
        isProblem(client.ask(patient), "timeout");
        isDead("outcome_unknown", "timeout");
        client.producer.setTimeToLive(600_000);
        Message hasty = client.text("sample.slow", "{\"millis\":60000}");
        hasty.setLongProperty("CapabilityTimeoutMs", 2_000);
        isProblem(client.ask(hasty), "timeout");
        isDead("outcome_unknown", "timeout");
    }

    @Test
    void messagesOfOneGroupShareTheSessionOfAConversation() throws Exception {
        for (int count = 1; count <= 3; count++) {
            for (String group : List.of("left", "right")) {
                Message request = client.text("sample.counter", "{}");
                request.setStringProperty("JMSXGroupID", group);
                Message reply = client.ask(request);
                assertThat(JmsClient.json(reply).toString()).as(group).contains(Integer.toString(count));
            }
        }
        Message named = client.text("sample.counter", "{}");
        named.setStringProperty("JMSXGroupID", "left");
        named.setStringProperty("CapabilityConversation", "another");
        assertThat(JmsClient.json(client.ask(named)).toString()).contains("1");
    }

    @Test
    void whatHappenedIsMeasured() throws Exception {
        isResult(client.ask(client.text("sample.echo", "{\"message\":\"hi\"}")), "hi");
        assertThat(gateway.get("/observe/metrics").body())
                .contains(
                        "serai_jms_connected 1.0",
                        "serai_jms_messages_total{reply=\"replied\"}",
                        "serai_jms_dead_letters_total");
        assertThat(TestGateway.tree(gateway.get("/observe/health").body())
                        .path("jms")
                        .asText())
                .isEqualTo("UP");
    }
}
