package dev.serai.mcp.server;

import dev.serai.setting.Knob;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the MCP server holds for its clients.
 *
 * @param maxSessions sessions of clients, and streams that listen for changes, {@code serai.mcp.max-sessions}
 * @param sessionIdle an unused session ends after this, {@code serai.mcp.session-idle}
 * @param maxWaiting bytes kept for one stream, {@code serai.mcp.max-waiting}
 * @param maxParked calls that wait for their client to answer a question, {@code serai.mcp.max-parked}
 * @param pageSize tools in one page, {@code serai.mcp.page-size}
 * @param keyEnv the environment variable with the secret that gateways share, {@code serai.mcp.key-env}; {@code null} for none
 * @param groups patterns of capability ids by the name of the group, {@code serai.mcp.groups}
 */
public record ServerOptions(
        int maxSessions,
        Duration sessionIdle,
        int maxWaiting,
        int maxParked,
        int pageSize,
        @Nullable String keyEnv,
        Map<String, List<Pattern>> groups) {
    private static final String NO_VARIABLE = "a key of the process";
    private static final String NO_GROUPS = "no groups";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final Knob MAX_SESSIONS = Knob.number(
            "serai.mcp.max-sessions",
            "10000",
            1,
            1_000_000,
            "sessions of clients of /mcp; beyond it one of the caller's own ends, or of who has most, or 429");
    private static final Knob SESSION_IDLE = Knob.duration(
            "serai.mcp.session-idle", "30m", "10ms", "an unused session of a client of /mcp ends after this");
    private static final Knob MAX_WAITING = Knob.number(
            "serai.mcp.max-waiting",
            "262144",
            1_024,
            1_073_741_823,
            "bytes of messages kept for one event stream of /mcp; what does not fit is dropped");
    private static final Knob MAX_PARKED = Knob.number(
            "serai.mcp.max-parked",
            "1000",
            0,
            1_000_000,
            "calls of clients without sessions that wait for the answer to a question");
    private static final Knob PAGE_SIZE =
            Knob.number("serai.mcp.page-size", "1000", 1, 100_000, "tools in one page of tools/list");
    private static final Knob KEY_ENV = Knob.text(
            "serai.mcp.key-env",
            NO_VARIABLE,
            "the environment variable with a secret of at least 32 bytes, the same for all gateways: what one seals for clients of /mcp (requestState, cursors) is good at the others");
    private static final Knob GROUPS = Knob.text(
            "serai.mcp.groups",
            NO_GROUPS,
            "what /mcp/NAME serves: NAME=pattern,pattern; NAME=pattern with * for anything in an id");

    /** The settings that these options are read from. */
    public static List<Knob> knobs() {
        return List.of(MAX_SESSIONS, SESSION_IDLE, MAX_WAITING, MAX_PARKED, PAGE_SIZE, KEY_ENV, GROUPS);
    }

    /**
     * Reads {@code serai.mcp.*}.
     *
     * @throws IllegalArgumentException naming the property, its text and what was expected
     */
    public static ServerOptions from(UnaryOperator<@Nullable String> texts) {
        return new ServerOptions(
                MAX_SESSIONS.integer(texts),
                SESSION_IDLE.duration(texts),
                MAX_WAITING.integer(texts),
                MAX_PARKED.integer(texts),
                PAGE_SIZE.integer(texts),
                KEY_ENV.isSet(texts) ? KEY_ENV.text(texts) : null,
                GROUPS.isSet(texts) ? groups(GROUPS.text(texts)) : Map.of());
    }

    private static Map<String, List<Pattern>> groups(String text) {
        Map<String, List<Pattern>> groups = new LinkedHashMap<>();
        for (String group : text.split(";", -1)) {
            int equals = group.indexOf('=');
            String name = equals < 0 ? "" : group.substring(0, equals).trim();
            List<Pattern> patterns = java.util.Arrays.stream(
                            group.substring(equals + 1).split(",", -1))
                    .map(String::trim)
                    .filter(pattern -> !pattern.isEmpty())
                    .map(ServerOptions::pattern)
                    .toList();
            if (!NAME.matcher(name).matches() || patterns.isEmpty() || groups.put(name, patterns) != null) {
                throw new IllegalArgumentException(GROUPS.property() + " = '" + text
                        + "': expected NAME=pattern,pattern for each group, separated by ; and each name once");
            }
        }
        return Map.copyOf(groups);
    }

    private static Pattern pattern(String glob) {
        return Pattern.compile(java.util.Arrays.stream(glob.split("\\*", -1))
                .map(Pattern::quote)
                .collect(java.util.stream.Collectors.joining(".*")));
    }
}
