package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.jms.Broker;
import dev.serai.kafka.KafkaBroker;
import jakarta.jms.ConnectionFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.apache.activemq.artemis.core.deployers.impl.FileConfigurationParser;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/messaging.md tells, to the letter but for host and port. */
@Timeout(180)
class MessagingPageTest {
    private static final Path PAGE = Path.of("docs", "messaging.md");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String JMS_PLACE = "127.0.0.1:61616";
    private static final String KAFKA_PLACE = "127.0.0.1:9092";
    /** What the scripts of Kafka's distribution start. */
    private static final Map<String, String> SCRIPTS = Map.of(
            "kafka-topics.sh", "org.apache.kafka.tools.TopicCommand",
            "kafka-console-producer.sh", "org.apache.kafka.tools.ConsoleProducer",
            "kafka-console-consumer.sh", "org.apache.kafka.tools.consumer.ConsoleConsumer");

    @TempDir
    Path folder;

    /** The one block of this language that holds this text. */
    private static String block(String language, String holding) throws IOException {
        Matcher block =
                Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(Files.readString(PAGE));
        List<String> found = new ArrayList<>();
        while (block.find()) {
            if (block.group(1).contains(holding)) {
                found.add(block.group(1));
            }
        }
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static String at(String text, String place, String real) {
        assertThat(text).contains(place);
        return text.replace(place, real);
    }

    private static String jms(String text, Broker broker) {
        return at(text, JMS_PLACE, "127.0.0.1:" + broker.port());
    }

    /** A gateway with the shipped declarations and the settings of the command in this block. */
    private TestGateway gateway(String commands) {
        String command = commands.lines()
                .filter(line -> line.startsWith("bin/serai run "))
                .findFirst()
                .orElseThrow();
        Map<String, String> settings = new HashMap<>();
        Matcher setting = Pattern.compile(" -D (\\S+)=(\\S+)").matcher(command);
        while (setting.find()) {
            settings.put(setting.group(1), setting.group(2));
        }
        assertThat(command.replaceAll(" -D \\S+=\\S+", "")).isEqualTo("bin/serai run");
        TestGateway.Builder builder = TestGateway.in(folder).capabilities(Path.of("capabilities"));
        settings.forEach(builder::setting);
        return builder.start();
    }

    @Test
    void thePlainJmsClientGetsItsResult() throws Exception {
        try (Broker broker = new Broker(folder.resolve("broker"));
                TestGateway gateway = gateway(jms(block("", "serai.jms.enabled=true"), broker))) {
            String body = jms(block("java", "JMSContext"), broker).stripTrailing();
            assertThat(body).as(gateway.gateway().url()).endsWith("}");
            String source = """
                    import jakarta.jms.*;
                    import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
                    public class Plain {
                        public static String ask() throws Exception {
                    %s return result; }
                        }
                    }
                    """.formatted(body.substring(0, body.length() - 1));
            assertThat(compiled("Plain", source).getMethod("ask").invoke(null)).isEqualTo("\"hello\"");
        }
    }

    private Class<?> compiled(String name, String source) throws Exception {
        Path classes = Files.createDirectory(folder.resolve("classes"));
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        StringWriter said = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            assertThat(compiler.getTask(
                                    said,
                                    files,
                                    null,
                                    List.of("-proc:none", "-d", classes.toString()),
                                    null,
                                    files.getJavaFileObjects(file))
                            .call())
                    .as("%s", said)
                    .isTrue();
        }
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            return loader.loadClass(name);
        }
    }

    @Test
    void anotherCamelApplicationGetsItsResult() throws Exception {
        List<String> bodies = new CopyOnWriteArrayList<>();
        try (Broker broker = new Broker(folder.resolve("broker"));
                TestGateway gateway = gateway(jms(block("", "serai.jms.enabled=true"), broker));
                DefaultCamelContext application = new DefaultCamelContext()) {
            assertThat(gateway.get("/observe/health/ready").statusCode()).isEqualTo(200);
            application.getRegistry().bind("broker", ConnectionFactory.class, broker.connections());
            application.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
                @Override
                public void notify(CamelEvent event) {
                    if (event instanceof CamelEvent.ExchangeCompletedEvent completed) {
                        bodies.add(completed.getExchange().getMessage().getBody(String.class));
                    }
                }
            });
            PluginHelper.getRoutesLoader(application)
                    .loadRoutes(ResourceHelper.fromString("ask.camel.yaml", block("yaml", "timer:ask")));
            application.start();
            await().atMost(PATIENCE).until(() -> !bodies.isEmpty());
            assertThat(bodies).containsExactly("\"hello\"");
        }
    }

    @Test
    void theSettingsForTheBrokerMeanWhatThePageSays() throws Exception {
        String settings = "<core xmlns=\"urn:activemq:core\"><address-settings>" + block("xml", "capability.invoke")
                + "</address-settings></core>";
        assertThat(new FileConfigurationParser()
                        .parseMainConfig(new ByteArrayInputStream(settings.getBytes(StandardCharsets.UTF_8)))
                        .getAddressSettings())
                .containsOnlyKeys("capability.invoke")
                .allSatisfy((name, parsed) -> {
                    assertThat(parsed.getMaxDeliveryAttempts()).isEqualTo(100);
                    assertThat(parsed.getRedeliveryDelay()).isEqualTo(1_000);
                    assertThat(String.valueOf(parsed.getDeadLetterAddress())).isEqualTo("DLQ");
                });
    }

    @Test
    void kafkasOwnCommandsMakeTheTopicsSendACallAndShowItsAnswer() throws Exception {
        writeScripts();
        KafkaBroker broker = KafkaBroker.shared();
        String begin = at(block("", "kafka-topics.sh"), KAFKA_PLACE, broker.servers());
        String ask = at(block("", "kafka-console-producer.sh"), KAFKA_PLACE, broker.servers());
        run(begin.lines().filter(line -> line.startsWith("kafka-topics.sh ")).toList());
        try (TestGateway gateway = gateway(begin)) {
            int consumer = ask.indexOf("kafka-console-consumer.sh");
            run(List.of(ask.substring(0, consumer)));
            // It reads on until somebody ends it.
            Process reading = shell(ask.substring(consumer));
            try (var out = reading.inputReader()) {
                assertThat(out.readLine())
                        .as(gateway.gateway().url())
                        .contains("CapabilityStatus:completed", "correlation-id:17")
                        .endsWith("\tmy-key\t\"hi\"");
            } finally {
                reading.descendants().forEach(ProcessHandle::destroyForcibly);
                reading.destroyForcibly();
            }
        }
    }

    private void writeScripts() throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (Map.Entry<String, String> script : SCRIPTS.entrySet()) {
            Path file = Files.writeString(
                    bin.resolve(script.getKey()),
                    "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                            + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp \"$CLASSES\" " + script.getValue()
                            + " \"$@\"\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
    }

    private Process shell(String command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-euc", command)
                .redirectError(folder.resolve("said.txt").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("CLASSES", System.getProperty("java.class.path"));
        environment.put("PATH", folder.resolve("bin") + ":" + environment.get("PATH"));
        return builder.start();
    }

    /** One after the other. */
    private void run(List<String> commands) throws Exception {
        assertThat(commands).isNotEmpty();
        Process process = shell(String.join("\n", commands));
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s%s", out, Files.readString(folder.resolve("said.txt")))
                .isZero();
    }
}
