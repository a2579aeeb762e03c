package dev.serai.jms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateway and client may speak AMQP 1.0, each for itself. */
@Timeout(120)
class JmsAmqpTest {
    @TempDir
    Path folder;

    @Test
    void amqpAndTheBrokersOwnProtocolMeetAtTheQueue() throws Exception {
        try (Broker broker = new Broker(folder.resolve("broker"));
                SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            String amqp = "amqp://127.0.0.1:" + broker.port();
            for (String url : List.of(amqp, broker.url())) {
                try (TestGateway gateway = TestGateway.in(folder)
                        .capabilities("sample.yaml", Declared.of(server, "echo"))
                        .setting("serai.jms.enabled", "true")
                        .setting("serai.jms.url", url)
                        .start()) {
                    for (ConnectionFactory clients : List.of(broker.connections(), new JmsConnectionFactory(amqp))) {
                        try (JmsClient client = new JmsClient(clients)) {
                            answers(client);
                            buries(client, gateway);
                        }
                    }
                }
            }
        }
    }

    @Test
    void theRouteOfThePageServesAQueueOverAmqp() throws Exception {
        String page = Files.readString(Path.of("docs/own-routes.md"));
        String yaml = page.substring(page.indexOf("# routes/orders.yaml"));
        try (Broker broker = new Broker(folder.resolve("broker"));
                SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            try (TestGateway gateway = TestGateway.in(folder)
                            .capabilities(
                                    "sample.yaml", Declared.of(server, "echo").replace("sample.", "mcp.demo."))
                            .routes("orders.yaml", yaml.substring(0, yaml.indexOf("```")))
                            .setting("serai.jms.enabled", "true")
                            .setting("serai.jms.url", "amqp://127.0.0.1:" + broker.port())
                            .start();
                    JmsClient client = new JmsClient(broker.connections())) {
                client.session
                        .createProducer(client.session.createQueue("orders"))
                        .send(client.session.createTextMessage("{\"message\":\"an order\"}"));
                Message answer = client.session
                        .createConsumer(client.session.createQueue("orders.answered"))
                        .receive(30_000);
                assertThat(answer.getBody(String.class)).contains("an order");
                assertThat(gateway.get("/observe/health").statusCode()).isEqualTo(200);
            }
        }
    }

    private static void answers(JmsClient client) throws Exception {
        // Between the two protocols Artemis keeps a correlation id, and no message id.
        TextMessage text = client.text("sample.echo", "{\"message\":\"grüße\"}");
        text.setJMSCorrelationID("ours");
        Message reply = client.ask(text);
        assertThat(JmsClient.json(reply).asText()).isEqualTo("grüße");
        assertThat(reply.getJMSCorrelationID()).isEqualTo("ours");
        BytesMessage bytes = client.session.createBytesMessage();
        bytes.writeBytes("{\"message\":\"bytes\"}".getBytes(StandardCharsets.UTF_8));
        bytes.setStringProperty("CapabilityId", "sample.echo");
        bytes.setJMSReplyTo(client.replies);
        bytes.setJMSCorrelationID("mine");
        Message answer = client.ask(bytes);
        assertThat(JmsClient.json(answer).asText()).isEqualTo("bytes");
        assertThat(answer.getJMSCorrelationID()).isEqualTo("mine");
    }

    private static void buries(JmsClient client, TestGateway gateway) throws Exception {
        TextMessage request = client.text("sample.none", "{\"message\":\"lost\"}");
        request.setStringProperty("tenant", "north");
        assertThat(JmsClient.json(client.ask(request)).path("code").asText()).isEqualTo("unknown_capability");
        assertThat(gateway.get("/admin/dead-letters?channel=jms").body())
                .contains("sample.none", "\"tenant\":\"north\"");
        TextMessage letter = (TextMessage) client.takeDead();
        assertThat(letter.getText()).isEqualTo("{\"message\":\"lost\"}");
        assertThat(letter.getStringProperty("tenant")).isEqualTo("north");
        assertThat(letter.getStringProperty("CapabilityDeadReason")).isEqualTo("poison");
    }
}
