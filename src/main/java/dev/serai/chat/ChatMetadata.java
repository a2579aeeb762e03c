package dev.serai.chat;

import dev.serai.capability.Durations;
import dev.serai.capability.ProviderMetadata;
import dev.serai.web.LoginKeys;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of chat servers. */
public final class ChatMetadata implements ProviderMetadata {
    static final List<String> HEADERS =
            List.of("idempotency_header", "cache_request_header", "cache_response_header", "cache_ttl_header");
    static final List<String> TIMES = List.of("cache_ttl", "conversation_age");

    private static final Set<String> OTHERS = Set.of("model", "temperature", "max_tokens", "thinking");

    @Override
    public Set<String> providers() {
        return Set.of("chat");
    }

    @Override
    public void check(Map<String, String> block, Findings found) {
        for (Limit limit : Limit.values()) {
            String wrong = limit.wrong(block);
            if (wrong != null) {
                found.error(limit.key(), wrong);
            }
        }
        tokens(block, found);
        String temperature = block.get("temperature");
        if (temperature != null && !isTemperature(temperature)) {
            found.error("temperature", "expected a number from 0 to 2, was \"" + temperature + "\"");
        }
        String thinking = block.get("thinking");
        if (thinking != null && !thinking.equals("true") && !thinking.equals("false")) {
            found.error("thinking", "expected true or false, was \"" + thinking + "\"");
        }
        for (String key : HEADERS) {
            String name = block.get(key);
            if (name != null && !LoginKeys.isHeader(name)) {
                found.error(key, "expected the name of a header: letters, digits and -, was \"" + name + "\"");
            }
        }
        for (String key : TIMES) {
            String time = block.get(key);
            if (time != null && !isTime(time)) {
                found.error(key, "expected a duration from 1s to 365d, such as 30m, was \"" + time + "\"");
            }
        }
        if (block.containsKey("cache_request_header") != block.containsKey("cache_response_header")) {
            found.error(
                    "cache_request_header",
                    "expected together with cache_response_header, in which the server gives the token");
        }
        Set<String> known = new HashSet<>(OTHERS);
        known.addAll(HEADERS);
        known.addAll(TIMES);
        for (Limit limit : Limit.values()) {
            known.add(limit.key());
        }
        ProviderMetadata.warnOfUnknown(block, known, found);
    }

    private static void tokens(Map<String, String> block, Findings found) {
        String tokens = block.get("max_tokens");
        if (tokens == null || Limit.MAX_TOKENS_LIMIT.wrong(block) != null) {
            return;
        }
        String limit = block.get(Limit.MAX_TOKENS_LIMIT.key());
        int most = limit == null ? 1_000_000_000 : Integer.parseInt(limit);
        if (!Limit.isWhole(tokens, 1, most)) {
            found.error("max_tokens", "expected a whole number from 1 to " + most + ", was \"" + tokens + "\"");
        }
    }

    private static boolean isTemperature(String text) {
        try {
            return text.length() <= 16 && isTemperature(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    static boolean isTemperature(BigDecimal number) {
        return Math.abs((long) number.scale()) <= 16
                && number.signum() >= 0
                && number.compareTo(BigDecimal.valueOf(2)) <= 0;
    }

    private static boolean isTime(String text) {
        try {
            Duration time = Durations.parse(text);
            return time.compareTo(Duration.ofSeconds(1)) >= 0 && time.compareTo(Duration.ofDays(365)) <= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
