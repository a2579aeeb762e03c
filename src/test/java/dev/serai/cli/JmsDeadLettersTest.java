package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.jms.Broker;
import dev.serai.jms.Declared;
import dev.serai.jms.JmsClient;
import dev.serai.sample.SampleMcpServer;
import jakarta.jms.BytesMessage;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of a real broker, on the command line. */
@Timeout(120)
class JmsDeadLettersTest {
    @TempDir
    Path folder;

    private CliFixture cli;
    private SampleMcpServer server;
    private Broker broker;
    private TestGateway gateway;
    private JmsClient client;
    private Queue answers;

    @BeforeEach
    void start() throws Exception {
        cli = new CliFixture(folder.resolve("home"));
        server = new SampleMcpServer();
        server.start();
        broker = new Broker(folder.resolve("broker"));
        gateway = TestGateway.in(folder)
                .capabilities("sample.yaml", Declared.of(server, "slow"))
                .setting("serai.jms.enabled", "true")
                .setting("serai.jms.url", broker.url())
                .setting("serai.jms.reply-to", "replies.*")
                .start();
        client = new JmsClient(broker.connections());
        answers = client.session.createQueue("replies.mine");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        gateway.close();
        broker.close();
        server.close();
    }

    private String run(String... args) {
        String[] all = List.of(args).toArray(new String[args.length + 2]);
        all[args.length] = "--url";
        all[args.length + 1] = gateway.gateway().url();
        assertThat(cli.run(all)).as("%s", cli.err()).isZero();
        return cli.out();
    }

    private Message bury(Message request, String code) throws Exception {
        request.setJMSReplyTo(answers);
        client.producer.send(request);
        Message answer = client.take(answers);
        assertThat(JmsClient.json(answer).path("code").asText()).isEqualTo(code);
        return request;
    }

    @Test
    void lettersAreListedShownAndReplayedAsTheyCame() throws Exception {
        TextMessage text = client.text("sample.echo", "{\"message\":\"a text\"}");
        text.setStringProperty("CapabilityRequestId", "text-1");
        text.setStringProperty("tenant", "north");
        text.setJMSCorrelationID("mine");
        // Artemis would take a second message with this for the first.
        text.setStringProperty("_AMQ_DUPL_ID", "once");
        client.producer.setPriority(9);
        bury(text, "unknown_capability");
        client.producer.setPriority(4);
        BytesMessage bytes = client.session.createBytesMessage();
        bytes.writeBytes("{\"message\":\"some bytes\"}".getBytes(StandardCharsets.UTF_8));
        bytes.setStringProperty("CapabilityId", "sample.echo");
        bury(bytes, "unknown_capability");
        MapMessage map = client.session.createMapMessage();
        map.setString("message", "a map");
        map.setStringProperty("CapabilityId", "sample.echo");
        bury(map, "unknown_capability");
        String listed = run("dead-letters", "list", "--channel", "jms");
        assertThat(listed).contains("text-1", "sample.echo", "unknown_capability", bytes.getJMSMessageID());
        String first = listed.lines()
                .filter(line -> line.contains("text-1"))
                .findFirst()
                .orElseThrow()
                .split(" ", 2)[0];
        assertThat(first).startsWith("jms/ID:");
        assertThat(run("dead-letters", "show", first))
                .contains("{\"message\":\"a text\"}", "header tenant", "north", "header JMSCorrelationID", "mine");

        Files.writeString(gateway.capabilities().resolve("sample.yaml"), Declared.of(server, "slow", "echo"));
        run("reload");
        run("dead-letters", "replay", first);
        Message answer = client.take(answers);
        assertThat(JmsClient.json(answer).asText()).isEqualTo("a text");
        assertThat(answer.getJMSCorrelationID()).isEqualTo("mine");
        assertThat(answer.getStringProperty("CapabilityRequestId")).isEqualTo("text-1");
        assertThat(answer.getJMSPriority()).isEqualTo(9);
        assertThat(run("dead-letters", "replay", "--all", "--channel", "jms")).contains("replayed 2 dead letters");
        assertThat(JmsClient.json(client.take(answers)).asText()).isEqualTo("some bytes");
        assertThat(JmsClient.json(client.take(answers)).asText()).isEqualTo("a map");
        assertThat(broker.depth(JmsClient.DEAD)).isZero();
        assertThat(cli.run(
                        "dead-letters",
                        "replay",
                        first,
                        "--url",
                        gateway.gateway().url()))
                .isEqualTo(1);
    }

    @Test
    void aReplayRunsWhatMayHaveRunAndKeepsItsFirstRequestId() throws Exception {
        Message slow = client.text("sample.slow", "{\"millis\":60000}");
        slow.setLongProperty("CapabilityTimeoutMs", 1_000);
        String id = bury(slow, "timeout").getJMSMessageID();
        assertThat(run("dead-letters", "replay", "--all")).contains("replayed 1 dead letters");
        Message again = client.take(answers);
        assertThat(again.getStringProperty("CapabilityRequestId")).isEqualTo(id);
        assertThat(JmsClient.json(again).path("code").asText()).isEqualTo("timeout");
        await().until(() -> server.counters().executions("slow") == 2);
        assertThat(run("dead-letters")).contains(id);
    }

    @Test
    void aSelectorIsNeverMadeOfWhatSomebodyElseWrote() throws Exception {
        bury(client.text("sample.echo", "{}"), "unknown_capability");
        assertThat(gateway.get("/admin/dead-letters/jms/x'%20OR%20'1'='1").statusCode())
                .isEqualTo(404);
        await().until(() -> broker.depth(JmsClient.DEAD) == 1);
    }
}
