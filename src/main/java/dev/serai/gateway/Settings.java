package dev.serai.gateway;

import dev.serai.capability.Durations;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings in force. For each name the first of these counts: an override from the command line,
 * the environment variable ({@code serai.http.port} is {@code SERAI_HTTP_PORT}), the file, the default.
 */
final class Settings {
    private final Map<String, String> overrides;
    private final Function<String, @Nullable String> environment;
    private final Properties file;

    private Settings(Map<String, String> overrides, Function<String, @Nullable String> environment, Properties file) {
        this.overrides = overrides;
        this.environment = environment;
        this.file = file;
    }

    /** @param named whether the user named the file, so that its absence is an error */
    static Settings load(
            Path path, boolean named, Map<String, String> overrides, Function<String, @Nullable String> environment)
            throws StartException {
        Properties file = new Properties();
        if (named || Files.exists(path)) {
            try (Reader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
                file.load(in);
            } catch (IOException | IllegalArgumentException e) {
                throw new StartException(path + ": cannot be read as a properties file in UTF-8", e);
            }
        }
        return new Settings(overrides, environment, file);
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
        return value == null || value.isBlank() ? null : value.trim();
    }

    int number(Setting setting) throws StartException {
        String text = text(setting.property());
        String value = text == null ? setting.defaultText() : text;
        try {
            int number = Integer.parseInt(value);
            if (number >= Integer.parseInt(setting.lowestText())) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refuse(setting, value, e);
        }
        throw refuse(setting, value, null);
    }

    Duration duration(Setting setting) throws StartException {
        String text = text(setting.property());
        String value = text == null ? setting.defaultText() : text;
        try {
            Duration duration = Durations.parse(value);
            if (duration.compareTo(Durations.parse(setting.lowestText())) >= 0) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            throw refuse(setting, value, e);
        }
        throw refuse(setting, value, null);
    }

    boolean flag(Setting setting) throws StartException {
        String text = text(setting.property());
        String value = text == null ? setting.defaultText() : text;
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refuse(setting, value, null);
        };
    }

    /** Everything that is not Serai's own, for Camel: {@code camel.*} and the placeholders of user routes. */
    Properties forCamel() {
        Properties all = new Properties();
        all.putAll(file);
        all.putAll(overrides);
        return all;
    }

    private static StartException refuse(Setting setting, String value, @Nullable Throwable cause) {
        return new StartException(
                setting.property() + " = '" + value + "': expected " + setting.expected() + ", " + setting.lowestText()
                        + " or more",
                cause);
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
