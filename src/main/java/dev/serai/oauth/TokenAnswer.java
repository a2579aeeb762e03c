package dev.serai.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a token endpoint gave (RFC 6749 section 5.1). Has no text form that shows it.
 *
 * @param token the access token
 * @param seconds how long it lives
 */
record TokenAnswer(String token, long seconds) {
    /** Where the answer does not say: short, since one that is refused is replaced in any case. */
    static final long UNKNOWN_LIFE = 300;

    private static final long LONGEST_LIFE = 86_400;
    private static final int LONGEST = 16 * 1024;
    private static final Pattern ERROR = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /** @throws CapabilityException where it is none */
    static TokenAnswer read(String url, Web.Document answer) {
        JsonNode json = answer.json();
        if (!answer.isOk()) {
            String error = json == null ? "" : json.path("error").asText("");
            // Its description is not repeated: it may quote what was sent.
            throw Failures.refused(
                    url,
                    "it answered " + answer.status() + (ERROR.matcher(error).matches() ? " " + error : "")
                            + hint(error));
        }
        JsonNode token = json == null ? null : json.get("access_token");
        if (json == null
                || token == null
                || !token.isTextual()
                || token.asText().length() > LONGEST) {
            throw broken(url, "its answer holds no access_token of at most " + LONGEST + " characters");
        }
        if (!json.path("token_type").asText("").equalsIgnoreCase("bearer")) {
            throw broken(url, "its answer has another token_type than Bearer");
        }
        return new TokenAnswer(token.asText(), life(json.get("expires_in")));
    }

    private static String hint(String error) {
        return switch (error) {
            case "invalid_client", "unauthorized_client" ->
                ": check the client's id, secret or key, and that it may use" + " client credentials";
            case "invalid_scope" -> ": check oauth_scope";
            case "invalid_target" -> ": check oauth_resource";
            default -> "";
        };
    }

    private static CapabilityException broken(String url, String why) {
        CapabilityException refused = Failures.refused(url, why);
        return new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, String.valueOf(refused.getMessage()));
    }

    /** A number, which some write as text. */
    private static long life(@Nullable JsonNode value) {
        long seconds = value == null || value.isNull() ? UNKNOWN_LIFE : value.asLong(UNKNOWN_LIFE);
        return Math.max(0, Math.min(LONGEST_LIFE, seconds));
    }

    @Override
    public String toString() {
        return "a token for " + seconds + " s";
    }
}
