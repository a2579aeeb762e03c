package dev.serai.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.setting.Knob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every setting has a default, is refused where it is no value, and is documented as it is. */
class SettingsTest {
    private static final Path CONFIG = Path.of("config/application.properties");
    private static final Path DOCUMENT = Path.of("docs/configuration.md");
    private static final Pattern NAME = Pattern.compile("serai\\.[a-z-]+(?:\\.[a-z-]+)*");

    static Stream<Knob> knobs() {
        return Settings.knobs().stream();
    }

    private static Settings settings(Map<String, String> overrides) throws StartException {
        return Settings.load(Path.of("no-such-file"), false, overrides, name -> null);
    }

    @ParameterizedTest
    @MethodSource("knobs")
    void theDefaultIsAValueInRange(Knob knob) throws StartException {
        if (!knob.fallback().contains(" ")) {
            settings(Map.of(knob.property(), knob.fallback()));
        }
        if (!knob.lowest().isEmpty()) {
            settings(Map.of(knob.property(), knob.lowest()));
            settings(Map.of(knob.property(), knob.highest()));
        }
    }

    @ParameterizedTest
    @MethodSource("knobs")
    void whatIsNoValueIsRefusedWithPropertyValueAndExpectation(Knob knob) {
        for (String wrong : wrong(knob)) {
            assertThatThrownBy(() -> settings(Map.of(knob.property(), wrong)))
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith(knob.property() + " = '" + wrong + "': expected "
                            + knob.kind().expected())
                    .hasMessageEndingWith(knob.lowest().isEmpty() ? "" : knob.lowest() + " to " + knob.highest());
        }
    }

    private static List<String> wrong(Knob knob) {
        return switch (knob.kind()) {
            case NUMBER ->
                List.of(Long.toString(Long.parseLong(knob.lowest()) - 1), "many", "1.5", "99999999999999999999");
            case DURATION ->
                knob.lowest().equals("0ms")
                        ? List.of("500", "-1ms", "soon", "366d")
                        : List.of("0ms", "500", "-1ms", "soon", "366d");
            case FLAG -> List.of("yes", "TRUE");
            case TEXT -> List.of();
        };
    }

    @Test
    void anUnknownNameIsAWarningThatNamesTheClosest() throws StartException {
        Logger logger = Logger.getLogger(Settings.class.getName());
        StringBuilder told = new StringBuilder();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord event) {
                told.append(event.getLevel()).append(' ').append(event.getMessage());
            }

            @Override
            public void flush() {
                // Nothing is buffered.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        logger.addHandler(handler);
        try {
            settings(Map.of("serai.sesion.idle", "1m", "serai.log.level", "DEBUG", "my.own", "x"));
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(told.toString())
                .isEqualTo(Level.WARNING + " unknown setting serai.sesion.idle: did you mean serai.session.idle?");
    }

    @Test
    void aFileThatIsNamedMustBeThere() {
        assertThatThrownBy(() -> Settings.load(Path.of("no-such-file"), true, Map.of(), name -> null))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("no-such-file");
    }

    @Test
    void theShippedFileSetsNothing() throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(CONFIG)) {
            properties.load(in);
        }
        assertThat(properties).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("knobs")
    void theShippedFileAndTheDocumentSayWhatHolds(Knob knob) throws IOException {
        assertThat(Files.readString(CONFIG)).contains(inFile(knob));
        assertThat(Files.readString(DOCUMENT)).contains(inDocument(knob));
    }

    @Test
    void noOtherNameIsDocumented() throws IOException {
        Matcher names = NAME.matcher(Files.readString(CONFIG) + Files.readString(DOCUMENT));
        List<String> known = knobs().map(Knob::property).toList();
        assertThat(names.results().map(found -> found.group()).distinct()).containsExactlyInAnyOrderElementsOf(known);
    }

    private static String inFile(Knob knob) {
        String sample = knob.fallback().contains(" ") ? "" : " " + knob.fallback();
        return "# " + capital(knob.effect()) + ".\n# " + capital(knob.kind().expected()) + range(knob) + "; default: "
                + knob.fallback() + "\n#" + knob.property() + " =" + sample + "\n";
    }

    private static String inDocument(Knob knob) {
        return "| `" + knob.property() + "` | " + knob.fallback() + " | "
                + (knob.lowest().isEmpty() ? knob.kind().expected() : knob.lowest() + " to " + knob.highest()) + " | "
                + knob.effect() + " |\n";
    }

    private static String range(Knob knob) {
        return knob.lowest().isEmpty() ? "" : ", " + knob.lowest() + " to " + knob.highest();
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1);
    }
}
