package dev.serai.importing;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a server offers; all of it untrusted.
 *
 * @param name its name at the server
 * @param title for people; empty where there is none
 * @param description empty where there is none
 * @param inputSchema JSON as the server sent it
 * @param outputSchema JSON as the server sent it; {@code null} where there is none
 * @param idempotent whether the server says that it may run twice
 * @param settings what its declaration has in its provider's block beside these: text, truth values, lists and maps
 */
public record ImportedTool(
        String name,
        String title,
        String description,
        String inputSchema,
        @Nullable String outputSchema,
        boolean idempotent,
        Map<String, Object> settings) {
    /** One whose declaration needs nothing more. */
    public ImportedTool(
            String name,
            String title,
            String description,
            String inputSchema,
            @Nullable String outputSchema,
            boolean idempotent) {
        this(name, title, description, inputSchema, outputSchema, idempotent, Map.of());
    }

    /** The same with more settings. */
    public ImportedTool with(Map<String, Object> more) {
        Map<String, Object> all = new LinkedHashMap<>(settings);
        all.putAll(more);
        return new ImportedTool(name, title, description, inputSchema, outputSchema, idempotent, all);
    }

    /** The same without what says where its credential is; how it is sent stays. */
    ImportedTool withoutCredential() {
        Map<String, Object> left = new LinkedHashMap<>(settings);
        left.keySet().removeIf(key -> key.startsWith("oauth_") || key.equals("auth_env_var"));
        return new ImportedTool(name, title, description, inputSchema, outputSchema, idempotent, left);
    }
}
