package dev.serai.flow;

import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerAbilities;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The scope part of a session key. Callers' own words enter it as a hash only. */
final class Scopes {
    static final String SHARED = "shared";
    static final String CALL = "call";
    private static final int HASH_BYTES = 16;

    private Scopes() {}

    /** The same for callers that can be asked something: a server is told at the opening what it may ask. */
    static String with(String scope, CallerAbilities abilities) {
        return abilities.label().isEmpty() ? scope : scope + "+" + abilities.label();
    }

    static String of(Plan plan, Invocation invocation) {
        @Nullable String conversation = invocation.conversation;
        return switch (plan.scope()) {
            case SHARED -> SHARED;
            case CALLER ->
                isKnown(invocation.life.caller())
                        ? "caller:" + hash(invocation.life.caller().name())
                        : SHARED;
            case CONVERSATION ->
                conversation == null
                        ? CALL
                        : "conversation:" + hash(conversation(invocation.life.caller(), conversation));
            case CALL -> CALL;
        };
    }

    /** The length keeps a caller from naming a conversation so that it becomes another caller's. */
    private static String conversation(Caller caller, String conversation) {
        return isKnown(caller) ? caller.name().length() + ":" + caller.name() + conversation : "0:" + conversation;
    }

    @SuppressWarnings("ReferenceEquality") // who was authenticated under the same name is somebody all the same
    private static boolean isKnown(Caller caller) {
        return caller != Caller.ANONYMOUS;
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
