package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One declared capability, compiled at load.
 *
 * @param id the name callers use, for example {@code mcp.github.list_issues}
 * @param name a short display name; the id where the declaration has none
 * @param description text for catalogues; empty where the declaration has none
 * @param provider the provider whose routes serve it; {@code null} where the declaration names none
 * @param sessionMode whether a session is opened
 * @param sessionKey the metadata key that asked for it ({@code mcp_requires_session}); {@code null} where none did
 * @param metadata flattened metadata, sorted by key, unmodifiable
 * @param inherited the keys of the metadata whose values are the file's {@code defaults}, unmodifiable
 * @param arguments the JSON Schema of the arguments
 * @param outputSchema the JSON Schema of the result; {@code null} where not declared
 * @param source where it was declared
 */
public record Capability(
        String id,
        String name,
        String description,
        @Nullable String provider,
        SessionMode sessionMode,
        @Nullable String sessionKey,
        SortedMap<String, String> metadata,
        Set<String> inherited,
        ArgumentSchema arguments,
        @Nullable JsonNode outputSchema,
        SourceLocation source) {

    /** The value of {@code <provider>_<suffix>}, or {@code null}. */
    public @Nullable String providerSetting(String suffix) {
        return provider == null ? null : metadata.get(provider + "_" + suffix);
    }

    /** The same, or what holds without it. */
    public String providerSetting(String suffix, String otherwise) {
        String declared = providerSetting(suffix);
        return declared == null ? otherwise : declared;
    }
}
