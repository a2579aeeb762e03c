package dev.serai.flow;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The scope part of a session key. Callers' own words enter it as a hash only. */
final class Scopes {
    static final String CALL = "call";
    private static final int HASH_BYTES = 16;

    private Scopes() {}

    static String of(Plan plan, Invocation invocation) {
        @Nullable String conversation = invocation.conversation;
        return switch (plan.scope()) {
            case SHARED, CALLER -> "shared";
            case CONVERSATION -> conversation == null ? CALL : "conversation:" + hash(conversation);
            case CALL -> CALL;
        };
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
