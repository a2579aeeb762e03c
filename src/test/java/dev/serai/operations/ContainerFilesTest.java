package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.gateway.GatewayProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What Dockerfile and docker-compose.yml name is there, and the gateway runs as they start it. */
@Timeout(120)
class ContainerFilesTest {
    private static final Pattern SETTING = Pattern.compile("(?m)^#(serai\\.[a-z0-9.-]+) =(.*)$");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(?::?-([^}]*))?}");
    private static final String HOME = "/opt/serai/";
    private static final List<String> ENV_FILES = List.of("jms", "kafka", "redis", "all");

    @TempDir
    Path folder;

    private final Map<String, String> defaults = new TreeMap<>();
    private String dockerfile;
    private JsonNode services;

    @BeforeEach
    void read() throws IOException {
        Matcher setting = SETTING.matcher(Files.readString(Path.of("config/application.properties")));
        while (setting.find()) {
            defaults.put(setting.group(1), setting.group(2).trim());
        }
        assertThat(defaults).hasSizeGreaterThan(50);
        dockerfile = Files.readString(Path.of("Dockerfile"));
        Object compose = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(Path.of("docker-compose.yml")));
        services = new ObjectMapper().valueToTree(compose).path("services");
        assertThat(services.size()).isEqualTo(4);
    }

    private JsonNode gateway() {
        return services.path("gateway");
    }

    private String instruction(String name) {
        return dockerfile
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .reduce((first, last) -> last)
                .map(line -> line.substring(name.length() + 1))
                .orElseThrow();
    }

    private static String variable(String setting) {
        return setting.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** As compose does with a shell that has none of the variables, or those of a file. */
    private Map<String, String> environment(Map<String, String> given) {
        Map<String, String> environment = new TreeMap<>();
        gateway().path("environment").properties().forEach(entry -> {
            String text = entry.getValue().asText();
            String value = VARIABLE.matcher(text)
                    .replaceAll(variable -> Matcher.quoteReplacement(
                            given.getOrDefault(variable.group(1), variable.group(2) == null ? "" : variable.group(2))));
            if (!entry.getValue().isNull()) {
                environment.put(entry.getKey(), value);
            }
        });
        return environment;
    }

    private static Map<String, String> envFile(String name) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(Path.of("docker", name + ".env"))) {
            properties.load(in);
        }
        Map<String, String> values = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
        return values;
    }

    @Test
    void everyVariableOfTheGatewayIsASettingOrOneThatASettingNames() {
        Set<String> known = new TreeSet<>(Set.of("SERAI_STORE_KEY", "MCP_AUTH_TOKEN"));
        defaults.keySet().forEach(setting -> known.add(variable(setting)));
        Map<String, String> environment = environment(Map.of());
        environment.forEach((name, value) -> {
            if (name.endsWith("_ENV")) {
                known.add(value);
            }
        });
        List<String> names = new ArrayList<>();
        gateway().path("environment").fieldNames().forEachRemaining(names::add);
        assertThat(names).hasSizeGreaterThan(10).allMatch(known::contains, "is known to the gateway");
    }

    @Test
    void anEnvFileChoosesAProfileAndTurnsOnWhatItIsNamedAfter() throws IOException {
        Set<String> profiles = new TreeSet<>();
        services.forEach(service -> service.path("profiles").forEach(profile -> profiles.add(profile.asText())));
        assertThat(profiles).containsExactlyInAnyOrderElementsOf(ENV_FILES);
        assertThat(environment(Map.of()))
                .containsEntry("SERAI_JMS_ENABLED", "false")
                .containsEntry("SERAI_KAFKA_ENABLED", "false")
                .containsEntry("SERAI_STORE", "none")
                .containsEntry("SERAI_DELIVERY_STORE", "memory");
        for (String name : ENV_FILES) {
            Map<String, String> file = envFile(name);
            assertThat(file.remove("COMPOSE_PROFILES")).isEqualTo(name);
            assertThat(file).isNotEmpty();
            assertThat(environment(file)).containsAllEntriesOf(file);
            boolean all = name.equals("all");
            assertThat(file.containsKey("SERAI_JMS_ENABLED")).isEqualTo(all || name.equals("jms"));
            assertThat(file.containsKey("SERAI_KAFKA_ENABLED")).isEqualTo(all || name.equals("kafka"));
            assertThat(file.containsKey("SERAI_STORE")).isEqualTo(all || name.equals("redis"));
        }
    }

    @Test
    void noPasswordHasADefault() {
        int passwords = 0;
        for (JsonNode service : services) {
            for (Map.Entry<String, JsonNode> variable :
                    service.path("environment").properties()) {
                if (variable.getKey().matches(".*(PASSWORD|AUTH|_KEY|TOKEN)")) {
                    passwords++;
                    assertThat(variable.getValue().isNull()
                                    || variable.getValue().asText().matches("\\$\\{[A-Z_]+-}"))
                            .as(variable.getKey())
                            .isTrue();
                }
            }
        }
        assertThat(passwords).isGreaterThan(4);
    }

    @Test
    void whatRunsIsNotRootAndHasNoCapabilityAndTheGatewayWritesNothing() {
        assertThat(instruction("USER"))
                .matches("[1-9][0-9]*:[1-9][0-9]*")
                .isEqualTo(gateway().path("user").asText());
        assertThat(gateway().path("read_only").asBoolean()).isTrue();
        assertThat(gateway().path("ports").get(0).asText()).startsWith("127.0.0.1:");
        for (JsonNode service : services) {
            assertThat(service.path("cap_drop").get(0).asText()).isEqualTo("ALL");
            assertThat(service.path("security_opt").get(0).asText()).isEqualTo("no-new-privileges:true");
            assertThat(service.path("privileged").asBoolean()).isFalse();
        }
    }

    @Test
    void whatIsMountedAndStartedIsInTheDistribution() throws IOException {
        String distribution = Files.readString(Path.of("src/assembly/distribution.xml"));
        for (JsonNode volume : gateway().path("volumes")) {
            String[] parts = volume.asText().split(":", -1);
            assertThat(parts[1]).startsWith(HOME);
            assertThat(Path.of(parts[0])).isDirectory();
            assertThat(distribution)
                    .contains("<outputDirectory>" + parts[1].substring(HOME.length()) + "</outputDirectory>");
        }
        assertThat(instruction("ENTRYPOINT")).isEqualTo("[\"bin/serai\"]");
        assertThat(Path.of("bin/serai")).isExecutable();
        assertThat(instruction("CMD")).isEqualTo("[\"run\"]");
        assertThat(instruction("WORKDIR") + "/").isEqualTo(HOME);
    }

    @Test
    void itHasLongerToStopThanTheGatewayTakes() {
        String grace = gateway().path("stop_grace_period").asText();
        String stop = defaults.get("serai.shutdown-timeout");
        assertThat(Duration.parse("PT" + grace)).isGreaterThan(Duration.parse("PT" + stop));
        assertThat(instruction("STOPSIGNAL")).isEqualTo("SIGTERM");
    }

    @Test
    void theGatewayStartsWithWhatComposeGivesItAndItsHealthCheckTells() throws Exception {
        String port = defaults.getOrDefault("serai.http.port", "");
        assertThat(instruction("EXPOSE")).isEqualTo(port);
        assertThat(gateway().path("ports").get(0).asText()).endsWith(":" + port);
        String check = instruction("HEALTHCHECK");
        JsonNode command = new ObjectMapper().readTree(check.substring(check.indexOf("CMD ") + 4));
        Path capabilities = Files.createDirectory(folder.resolve("capabilities"));
        int used;
        try (GatewayProcess process = GatewayProcess.start(capabilities, Map.of(), environment(Map.of()))) {
            used = URI.create(process.url()).getPort();
            assertThat(exit(command, port, used)).isZero();
        }
        assertThat(exit(command, port, used)).isNotZero();
    }

    private static int exit(JsonNode command, String port, int used) throws Exception {
        List<String> words = new ArrayList<>();
        command.forEach(word -> words.add(word.asText().replace("/" + port + " ", "/" + used + " ")));
        assertThat(words.get(2)).contains("/dev/tcp/127.0.0.1/" + used);
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
