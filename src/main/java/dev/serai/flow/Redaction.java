package dev.serai.flow;

import dev.serai.credential.Credential;
import dev.serai.session.Session;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes secrets out of what a caller is told: an upstream may quote the token or the session id it was sent. */
final class Redaction {
    private static final String INSTEAD = "[redacted]";
    private static final int SHORTEST = 4;

    private Redaction() {}

    static String of(String text, @Nullable Credential credential, @Nullable Session session) {
        String redacted = session == null ? text : without(text, session.id());
        if (credential == null) {
            return redacted;
        }
        String header = credential.headerValue();
        redacted = without(redacted, header);
        redacted = header == null ? redacted : without(redacted, header.substring(header.indexOf(' ') + 1));
        return without(redacted, credential.queryValue());
    }

    private static String without(String text, @Nullable String secret) {
        if (secret == null || secret.length() < SHORTEST) {
            return text;
        }
        return text.replace(secret, INSTEAD).replace(URLEncoder.encode(secret, StandardCharsets.UTF_8), INSTEAD);
    }
}
