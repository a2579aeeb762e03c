package dev.serai.importing;

import java.util.List;
import java.util.Map;

/**
 * What a server says of itself; all of it untrusted.
 *
 * @param name how it calls itself; may be empty
 * @param metadata what its declarations have in their provider's block, beside address and credential, or instead of them
 * @param unusable what it offers that no declaration can be made of, by name, and why
 */
public record ImportedServer(
        String name, Map<String, Object> metadata, List<ImportedTool> tools, Map<String, String> unusable) {
    /** One that offers nothing unusable. */
    public ImportedServer(String name, Map<String, Object> metadata, List<ImportedTool> tools) {
        this(name, metadata, tools, Map.of());
    }
}
