package dev.serai.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * What calls have in common that have the same answer.
 *
 * @param capability its id
 * @param metadata its declaration's, so that one that has changed has no old answers
 * @param server the URL in force; empty where there is none
 * @param scope who may share the answer: those who would share a session
 * @param arguments the SHA-256 of the arguments' JSON with its members in order, in hexadecimal
 */
public record AnswerKey(
        String capability, Map<String, String> metadata, String server, String scope, String arguments) {
    private static final ObjectWriter IN_ORDER = Json.MAPPER.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED);

    /** What stands for these arguments, whatever the order of their members. */
    public static String digest(ObjectNode arguments) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(IN_ORDER.writeValueAsBytes(arguments));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException | JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
