package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.kafka.KafkaBroker;
import dev.serai.kafka.KafkaTopics;
import dev.serai.sample.SampleMcpServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code serai dead-letters} with a real broker behind the gateway. */
@Timeout(180)
class KafkaDeadLettersTest {
    private static final byte[] BINARY = {1, (byte) 0xfe, 3};

    private final KafkaTopics topics = KafkaTopics.on(KafkaBroker.shared(), 2);
    private final SampleMcpServer server = new SampleMcpServer();
    private final CliFixture cli;
    private final Path folder;

    KafkaDeadLettersTest(@TempDir Path folder) {
        this.folder = folder;
        this.cli = new CliFixture(folder);
    }

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
        topics.close();
    }

    private TestGateway gateway(Map<String, String> settings) {
        TestGateway.Builder builder = TestGateway.in(folder)
                .capabilities("s.yaml", """
                        capabilities:
                          - id: s.echo
                            metadata: { mcp: { server_url: "%s", requires_session: true, tool_name: echo } }
                            input_schema: { type: object, properties: { message: { type: string } } }
                        """.formatted(server.uri()))
                .setting("serai.audit", "off")
                .setting("serai.delivery.retries", "0");
        topics.settings().forEach(builder::setting);
        settings.forEach(builder::setting);
        return builder.start();
    }

    private String dead(TestGateway gateway, String... verb) {
        String before = cli.out();
        String[] args = new String[verb.length + 3];
        args[0] = "dead-letters";
        System.arraycopy(verb, 0, args, 1, verb.length);
        args[args.length - 2] = "--url";
        args[args.length - 1] = gateway.gateway().url();
        assertThat(cli.run(args)).as(cli.err()).isZero();
        return cli.out().substring(before.length());
    }

    @Test
    void aLetterIsListedShownAndReplayedOnceWithItsOwnHeaders() {
        topics.call("k", "s.echo", "{\"message\":1}", "tenant", "north", "blob", BINARY, "CapabilityRequestId", "r-1");
        topics.call("k", "s.echo", "{\"message\":2}");
        try (TestGateway gateway = gateway(Map.of())) {
            ConsumerRecord<byte[], byte[]> letter = topics.letters(2).get(0);
            assertThat(dead(gateway)).contains("kafka/0-0", "kafka/0-1", "s.echo", "r-1", "invalid_arguments");
            assertThat(dead(gateway, "--channel", "kafka", "--limit", "1"))
                    .contains("kafka/0-0")
                    .doesNotContain("0-1 ");
            assertThat(dead(gateway, "--channel", "kafka", "--after", "0-0"))
                    .contains("kafka/0-1")
                    .doesNotContain("kafka/0-0");
            assertThat(dead(gateway, "show", "kafka/0-0"))
                    .contains("header tenant", "north", "{\"message\":1}", "r-1", "invalid_arguments")
                    .doesNotContain("CapabilityDead");

            assertThat(dead(gateway, "replay", "kafka/0-0")).contains("replayed kafka/0-0");
            // Nothing has changed for it: it is a letter once more, and the replayed one is none.
            ConsumerRecord<byte[], byte[]> again = topics.letters(4).stream()
                    .filter(found -> "r-1".equals(KafkaTopics.header(found, "CapabilityRequestId")))
                    .skip(1)
                    .findFirst()
                    .orElseThrow();
            assertThat(again.key()).isEqualTo(letter.key());
            assertThat(again.value()).isEqualTo(letter.value());
            assertThat(own(again)).isEqualTo(own(letter)).hasSize(4);
            assertThat(again.headers().lastHeader("blob").value()).isEqualTo(BINARY);
            String listed = dead(gateway);
            assertThat(listed).doesNotContain("kafka/0-0").contains("kafka/0-1", "kafka/0-" + again.offset());
            assertThat(cli.run(
                            "dead-letters",
                            "replay",
                            "kafka/0-0",
                            "--url",
                            gateway.gateway().url()))
                    .isEqualTo(1);
            assertThat(cli.err()).contains("there is no dead letter kafka/0-0");
        }
    }

    /** The headers of the original. */
    private static List<String> own(ConsumerRecord<byte[], byte[]> letter) {
        Header[] all = letter.headers().toArray();
        return Arrays.stream(all)
                .limit(all.length - 8)
                .map(header -> header.key() + "=" + new String(header.value(), StandardCharsets.ISO_8859_1))
                .toList();
    }

    @Test
    void afterTheCauseIsGoneAllAreReplayedAndAnswered() {
        server.dials().nextStatuses(503, 503, 503);
        for (int i = 0; i < 3; i++) {
            topics.call("k" + i, "s.echo", "{\"message\":\"" + i + "\"}", "CapabilityRequestId", "r-" + i);
        }
        try (TestGateway gateway = gateway(Map.of())) {
            topics.letters(3);
            assertThat(topics.answers(3))
                    .allSatisfy(answer -> assertThat(KafkaTopics.header(answer, "CapabilityErrorCode"))
                            .isEqualTo("upstream_error"));
            assertThat(dead(gateway, "replay", "--all")).contains("replayed 3 dead letters");
            assertThat(topics.answers(6).subList(3, 6))
                    .extracting(answer -> KafkaTopics.key(answer) + KafkaTopics.text(answer))
                    .containsExactlyInAnyOrder("k00", "k11", "k22");
            assertThat(dead(gateway)).doesNotContain("kafka/");
            await().atMost(Duration.ofSeconds(60)).until(() -> topics.uncommitted() == 0);
        }
    }

    @Test
    void twoGatewaysDoNotReplayALetterTwice() {
        topics.call("k", "s.echo", "{\"message\":1}");
        topics.call("k", "s.echo", "{\"message\":2}");
        try (TestGateway one = gateway(Map.of())) {
            topics.letters(2);
            try (TestGateway other = gateway(Map.of())) {
                dead(one, "replay", "kafka/0-0");
                dead(other, "replay", "kafka/0-1");
                for (TestGateway gateway : List.of(one, other)) {
                    for (String letter : List.of("kafka/0-0", "kafka/0-1")) {
                        assertThat(cli.run(
                                        "dead-letters",
                                        "replay",
                                        letter,
                                        "--url",
                                        gateway.gateway().url()))
                                .isEqualTo(1);
                    }
                }
                assertThat(topics.letters(4)).hasSizeLessThanOrEqualTo(6);
            }
        }
    }
}
