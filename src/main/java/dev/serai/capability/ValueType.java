package dev.serai.capability;

import dev.serai.credential.ClientAuthMethod;
import dev.serai.credential.SecureUrl;
import dev.serai.invocation.Roles;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The values that a metadata key takes. */
public enum ValueType {
    TEXT("text"),
    URL("a URL: http or https with a host and without user information, stdio:name or embedded:name"),
    SERVERS(
            "a URL: http, https, ws or wss with a host and without user information, stdio:name or embedded:name; or a list"
                    + " of 2 to 16 different ones of a host, its replicas"),
    ENVIRONMENT("the name of an environment variable"),
    SESSION("true, false or auto"),
    BOOLEAN("true or false"),
    SECURE_URL(SecureUrl.EXPECTED),
    ORIGIN("the origin of the server URL, such as https://api.example.org"),
    CLIENT_AUTH(ClientAuthMethod.NAMES),
    SCHEME("bearer, basic, header or query"),
    SCOPE("shared, caller, conversation or call"),
    DURATION("a duration above 0, such as 500ms, 30s, 15m, 1h or 7d"),
    DURATION_OR_OFF("a duration above 0, such as 500ms, 30s, 15m, 1h or 7d, or off"),
    TIMEOUT("a duration from 1ms to 24h, such as 500ms, 30s or 15m"),
    COUNT("a whole number above 0"),
    POOL_SIZE("a whole number from 1 to 1000"),
    WINDOW("a whole number from 1 to 10000"),
    WARM("true, false, or a whole number from 1 to 1000"),
    CODES(LossRules.EXPECTED),
    RATE(Rate.EXPECTED),
    RETRIES("a whole number from 1 to 10"),
    PERCENT("a whole number from 1 to 100"),
    RATE_SHARING("capability, server or caller"),
    CIRCUIT_SHARING("capability or server"),
    BATCH_WINDOW("a duration from 1ms to 10s, such as 5ms or 50ms"),
    BATCH_SIZE("a whole number from 2 to 1000"),
    ROLES("one role or a list of 1 to 100 roles"),
    TRANSPORT("sse or ws"),
    ROUTE(RouteName.EXPECTED),
    NETWORK("a name of small letters, digits and -, at most 64");

    private static final Pattern NAMED = Pattern.compile("embedded:[A-Za-z0-9._-]{1,64}|stdio:[a-z0-9][a-z0-9-]{0,63}");
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(24);
    private static final Duration LONGEST_AGE = Duration.ofDays(365);

    private static final Duration LONGEST_BATCH_WINDOW = Duration.ofSeconds(10);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern WHOLE = Pattern.compile("[1-9][0-9]{0,8}");
    private static final int LARGEST_POOL = 1_000;
    private static final int MOST_PERCENT = 100;
    private static final int MOST_RETRIES = 10;
    private static final int LARGEST_WINDOW = 10_000;

    private final String expected;

    ValueType(String expected) {
        this.expected = expected;
    }

    /** The values in words. */
    public String expected() {
        return expected;
    }

    boolean accepts(String value) {
        return switch (this) {
            case TEXT -> true;
            case NETWORK -> NAME.matcher(value).matches();
            case TRANSPORT -> Set.of("sse", "ws").contains(value);
            case URL -> isUrl(value);
            case SERVERS -> areServers(value);
            case ENVIRONMENT -> VARIABLE.matcher(value).matches();
            case SESSION -> Set.of("true", "false", "auto").contains(value);
            case BOOLEAN -> Set.of("true", "false").contains(value);
            case SECURE_URL, ORIGIN -> SecureUrl.isAllowed(value);
            case CLIENT_AUTH -> List.of(ClientAuthMethod.NAMES.split(", ")).contains(value);
            case SCHEME -> Set.of("bearer", "basic", "header", "query").contains(value);
            case SCOPE -> Set.of("shared", "caller", "conversation", "call").contains(value);
            case DURATION -> isDuration(value, LONGEST_AGE);
            case DURATION_OR_OFF -> value.equals("off") || isDuration(value, LONGEST_AGE);
            case TIMEOUT -> isDuration(value, LONGEST_TIMEOUT);
            case COUNT -> WHOLE.matcher(value).matches();
            case WINDOW -> WHOLE.matcher(value).matches() && Integer.parseInt(value) <= LARGEST_WINDOW;
            case POOL_SIZE -> isPoolSize(value);
            case WARM -> value.equals("true") || value.equals("false") || isPoolSize(value);
            case ROLES -> Roles.listed(value) != null;
            case CODES -> areLossRules(value);
            case ROUTE -> RouteName.isAllowed(value);
            case RATE -> isRate(value);
            case BATCH_WINDOW -> isDuration(value, LONGEST_BATCH_WINDOW);
            case BATCH_SIZE -> isPoolSize(value) && !value.equals("1");
            case RETRIES -> WHOLE.matcher(value).matches() && Integer.parseInt(value) <= MOST_RETRIES;
            case PERCENT -> WHOLE.matcher(value).matches() && Integer.parseInt(value) <= MOST_PERCENT;
            case RATE_SHARING -> Set.of("capability", "server", "caller").contains(value);
            case CIRCUIT_SHARING -> Set.of("capability", "server").contains(value);
        };
    }

    /** What was expected, and what was found unless a secret may have been pasted there. */
    String refusal(String value) {
        boolean mayBeSecret =
                this == URL || this == SERVERS || this == SECURE_URL || this == ORIGIN || this == ENVIRONMENT;
        return "expected " + expected + (mayBeSecret ? "" : ", got \"" + Excerpt.of(value) + "\"");
    }

    private static boolean isPoolSize(String value) {
        return WHOLE.matcher(value).matches() && Integer.parseInt(value) <= LARGEST_POOL;
    }

    private static boolean areLossRules(String value) {
        try {
            return LossRules.parse(value) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isRate(String value) {
        try {
            return Rate.parse(value).calls() > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isDuration(String value, Duration longest) {
        try {
            Duration duration = Durations.parse(value);
            return !duration.isZero() && duration.compareTo(longest) <= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isUrl(String value) {
        return NAMED.matcher(value).matches() || isWeb(value);
    }

    private static boolean isServer(String value) {
        return isUrl(value) || isWeb(value.replaceFirst("^(?i)ws(?=s?:)", "http"));
    }

    private static boolean areServers(String value) {
        try {
            List<String> urls = ServerList.of(value);
            return urls.size() == 1
                    ? isServer(value)
                    : urls.stream()
                            .allMatch(
                                    url -> isServer(url) && !NAMED.matcher(url).matches());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isWeb(String value) {
        try {
            URI uri = new URI(value);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null && uri.getRawUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
