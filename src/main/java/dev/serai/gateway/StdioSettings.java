package dev.serai.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.LocalServer;
import dev.serai.http.LocalSettings;
import dev.serai.invocation.Json;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The servers that the operator lists as commands: {@code serai.stdio.NAME.command}, {@code .args}, {@code .env} and
 * {@code .directory}. Listed in the file or on the command line only, never in a declaration.
 */
final class StdioSettings {
    private static final String PREFIX = "serai.stdio.";
    private static final Pattern ONE =
            Pattern.compile("serai\\.stdio\\.([a-z0-9][a-z0-9-]{0,63})\\.(command|args|env|directory)");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What a program needs to be found and to find its way, and no secret stands in. */
    private static final List<String> MINIMAL =
            List.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR");

    private StdioSettings() {}

    /** Whether this is the name of such a setting. */
    static boolean isOne(String name) {
        return ONE.matcher(name).matches();
    }

    /** The names of the listed servers. */
    static Set<String> names(Settings settings) {
        Set<String> names = new TreeSet<>();
        for (String name : settings.names()) {
            Matcher one = ONE.matcher(name);
            if (one.matches()) {
                names.add(one.group(1));
            }
        }
        return names;
    }

    /** @param environment of the gateway, of which a process finds only what is named */
    static LocalSettings read(Settings settings, Function<String, @Nullable String> environment) throws StartException {
        List<LocalServer> servers = new ArrayList<>();
        for (String name : names(settings)) {
            servers.add(server(name, settings, environment));
        }
        return new LocalSettings(
                List.copyOf(servers),
                settings.number(Setting.STDIO_MAX_PROCESSES),
                settings.number(Setting.STDIO_MAX_LINE),
                settings.duration(Setting.STDIO_IDLE),
                settings.duration(Setting.STDIO_STOP_TIMEOUT));
    }

    private static LocalServer server(String name, Settings settings, Function<String, @Nullable String> environment)
            throws StartException {
        String prefix = PREFIX + name;
        String program = settings.text(prefix + ".command");
        if (program == null) {
            throw new StartException(prefix + ".command is missing: expected the program to start", null);
        }
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments(prefix + ".args", settings.text(prefix + ".args")));
        Map<String, String> passed = new LinkedHashMap<>();
        MINIMAL.forEach(variable -> put(passed, variable, environment));
        List<String> secrets = new ArrayList<>();
        String named = settings.text(prefix + ".env");
        for (String variable : named == null ? List.<String>of() : List.of(named.split("\\s*,\\s*"))) {
            if (!VARIABLE.matcher(variable).matches()) {
                throw new StartException(
                        prefix + ".env: expected names of environment variables, separated by commas, without values",
                        null);
            }
            put(passed, variable, environment);
            String value = passed.get(variable);
            if (value != null && !MINIMAL.contains(variable)) {
                secrets.add(value);
            }
        }
        return new LocalServer(
                name,
                List.copyOf(command),
                Map.copyOf(passed),
                List.copyOf(secrets),
                directory(prefix + ".directory", settings.text(prefix + ".directory")));
    }

    private static void put(
            Map<String, String> passed, String variable, Function<String, @Nullable String> environment) {
        String value = environment.apply(variable);
        if (value != null) {
            passed.put(variable, value);
        }
    }

    /** Separated by spaces, or a JSON list where one of them holds a space. */
    private static List<String> arguments(String property, @Nullable String text) throws StartException {
        if (text == null) {
            return List.of();
        }
        if (!text.startsWith("[")) {
            return List.of(text.split("\\s+"));
        }
        List<String> arguments = new ArrayList<>();
        try {
            JsonNode list = Json.MAPPER.readTree(text);
            for (JsonNode argument : list) {
                if (!argument.isTextual()) {
                    throw new StartException(property + ": expected a JSON list of texts", null);
                }
                arguments.add(argument.textValue());
            }
        } catch (JsonProcessingException e) {
            throw new StartException(property + ": expected arguments separated by spaces, or a JSON list of texts", e);
        }
        return arguments;
    }

    private static @Nullable Path directory(String property, @Nullable String text) throws StartException {
        if (text == null) {
            return null;
        }
        try {
            Path directory = Path.of(text);
            if (Files.isDirectory(directory)) {
                return directory;
            }
        } catch (InvalidPathException e) {
            throw new StartException(property + " = '" + text + "': expected a folder", e);
        }
        throw new StartException(property + " = '" + text + "': expected a folder", null);
    }
}
