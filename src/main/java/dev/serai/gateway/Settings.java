package dev.serai.gateway;

import dev.serai.access.AccessOptions;
import dev.serai.admission.AdmissionLimits;
import dev.serai.entry.HttpServerOptions;
import dev.serai.flow.CallableRoutes;
import dev.serai.jms.JmsOptions;
import dev.serai.kafka.KafkaOptions;
import dev.serai.mcp.server.ServerOptions;
import dev.serai.setting.Closest;
import dev.serai.setting.Knob;
import dev.serai.trace.ExportedTracing;
import dev.serai.trace.Tracing;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings in force. For each name the first of these counts: an override from the command line,
 * the environment variable ({@code serai.http.port} is {@code SERAI_HTTP_PORT}), the file, the default.
 */
final class Settings {
    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);
    private static final String OWN = "serai.";
    private static final String ENABLED = ".enabled";

    private static final String NO_COLLECTOR = "none";

    private final Map<String, String> overrides;
    private final Function<String, @Nullable String> environment;
    private final Properties file;
    private final Map<String, String> fallbacks;

    private Settings(
            Map<String, String> overrides,
            Function<String, @Nullable String> environment,
            Properties file,
            Map<String, String> fallbacks) {
        this.overrides = overrides;
        this.environment = environment;
        this.file = file;
        this.fallbacks = fallbacks;
    }

    /** @param named whether the user named the file, so that its absence is an error */
    static Settings load(
            Path path, boolean named, Map<String, String> overrides, Function<String, @Nullable String> environment)
            throws StartException {
        return load(path, named, overrides, environment, Map.of());
    }

    /** With other defaults for some settings. */
    static Settings load(
            Path path,
            boolean named,
            Map<String, String> overrides,
            Function<String, @Nullable String> environment,
            Map<String, String> fallbacks)
            throws StartException {
        Properties file = new Properties();
        if (named || Files.exists(path)) {
            try (Reader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
                file.load(in);
            } catch (IOException | IllegalArgumentException e) {
                throw new StartException(path + ": cannot be read as a properties file in UTF-8", e);
            }
        }
        Settings settings = new Settings(overrides, environment, file, fallbacks);
        settings.check();
        return settings;
    }

    /** The text of a setting, or {@code null} where nothing sets it. */
    @Nullable
    String text(String name) {
        String value = overrides.get(name);
        if (value == null) {
            value = environment.apply(variable(name));
        }
        if (value == null) {
            value = file.getProperty(name);
        }
        if (value == null) {
            value = fallbacks.get(name);
        }
        return value == null || value.isBlank() ? null : value.trim();
    }

    String text(Setting setting) {
        return setting.knob().text(this::text);
    }

    boolean isSet(Setting setting) {
        return setting.knob().isSet(this::text);
    }

    int number(Setting setting) throws StartException {
        return told(() -> setting.knob().integer(this::text));
    }

    /** In bytes. */
    long size(Setting setting) throws StartException {
        return told(() -> setting.knob().number(this::text));
    }

    Duration duration(Setting setting) throws StartException {
        return told(() -> setting.knob().duration(this::text));
    }

    boolean flag(Setting setting) throws StartException {
        return told(() -> setting.knob().flag(this::text));
    }

    AdmissionLimits admission() throws StartException {
        return told(() -> AdmissionLimits.from(this::text));
    }

    HttpServerOptions http() throws StartException {
        return told(() -> HttpServerOptions.from(this::text));
    }

    /** Whose calls get a line: {@code auto}, {@code log} or {@code off}. */
    String audit() throws StartException {
        String who = told(() -> Setting.AUDIT.knob().text(this::text));
        if (!List.of("auto", "log", "off").contains(who)) {
            throw new StartException(
                    Setting.AUDIT.property() + " = '" + who + "': expected one of auto, log, off", null);
        }
        return who;
    }

    /** Spans that go to a collector where one is named. */
    Tracing tracing() throws StartException {
        String endpoint = told(() -> Setting.TRACE_ENDPOINT.knob().text(this::text));
        return endpoint.equals(NO_COLLECTOR)
                ? Tracing.OFF
                : new ExportedTracing(collector(endpoint), number(Setting.TRACE_SAMPLE_PERCENT));
    }

    private static URI collector(String text) throws StartException {
        try {
            URI uri = new URI(text);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new StartException(wrongCollector(text), e);
        }
        throw new StartException(wrongCollector(text), null);
    }

    private static String wrongCollector(String text) {
        return Setting.TRACE_ENDPOINT.property() + " = '" + text + "': expected an http or https URL, or "
                + NO_COLLECTOR;
    }

    AccessOptions access() throws StartException {
        return told(() -> AccessOptions.from(this::text));
    }

    KafkaOptions kafka() throws StartException {
        return told(() -> KafkaOptions.from(this::text));
    }

    ServerOptions server() throws StartException {
        return told(() -> ServerOptions.from(this::text));
    }

    /** {@code null} where that entry is off. */
    @Nullable
    JmsOptions jms() throws StartException {
        try {
            return JmsOptions.from(this::text);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static <T> T told(Supplier<T> value) throws StartException {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The entries that are switched off: each NAME with a setting {@code serai.NAME.enabled} that is false. */
    Set<String> entriesOff() throws StartException {
        return entriesOff(knobs());
    }

    Set<String> entriesOff(List<Knob> knobs) throws StartException {
        Set<String> off = new TreeSet<>();
        for (Knob knob : knobs) {
            String name = knob.property();
            if (name.endsWith(ENABLED) && !told(() -> knob.flag(this::text))) {
                off.add(name.substring(OWN.length(), name.length() - ENABLED.length()));
            }
        }
        return off;
    }

    /** Names that the file or the command line set. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(file.stringPropertyNames());
        names.addAll(overrides.keySet());
        return names;
    }

    /** Every setting that there is. */
    static List<Knob> knobs() {
        List<Knob> knobs = new ArrayList<>(HttpServerOptions.knobs());
        knobs.addAll(AdmissionLimits.knobs());
        knobs.addAll(AccessOptions.knobs());
        knobs.addAll(ServerOptions.knobs());
        knobs.addAll(KafkaOptions.knobs());
        knobs.addAll(JmsOptions.knobs());
        Arrays.stream(Setting.values()).map(Setting::knob).forEach(knobs::add);
        return knobs;
    }

    /** Refuses what is no value, before anything is started; names that mean nothing get a warning. */
    private void check() throws StartException {
        for (Knob knob : knobs()) {
            told(() -> {
                knob.check(this::text);
                return knob;
            });
        }
        List<String> known = knobs().stream().map(Knob::property).toList();
        for (String name : names()) {
            if (name.startsWith(OWN)
                    && !known.contains(name)
                    && !StdioSettings.isOne(name)
                    && !NetworkSettings.isOne(name)
                    && !PolicySettings.isOne(name)) {
                LOG.warn("unknown setting {}: did you mean {}?", name, Closest.to(name, known));
            }
        }
    }

    /** Names of the routes that declarations may call; {@code null} is all of the operator's own. */
    @Nullable
    Pattern callableRoutes() {
        return isSet(Setting.CALLABLE_ROUTES) ? CallableRoutes.pattern(text(Setting.CALLABLE_ROUTES)) : null;
    }

    /** Everything that is not Serai's own, for Camel: {@code camel.*} and the placeholders of user routes. */
    Properties forCamel() {
        Properties all = new Properties();
        all.putAll(file);
        all.putAll(overrides);
        return all;
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
