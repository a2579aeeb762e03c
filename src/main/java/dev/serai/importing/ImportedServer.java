package dev.serai.importing;

import java.net.URI;
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

    /**
     * How it calls itself, else its host, the end of its file's name, or its name in the list of commands.
     *
     * @param place where it is
     */
    public String called(String place) {
        if (!name.isBlank()) {
            return name;
        }
        String host = place.startsWith("http") ? URI.create(place).getHost() : place.substring(place.indexOf(':') + 1);
        String last = String.valueOf(host).substring(String.valueOf(host).lastIndexOf('/') + 1);
        return last.replaceFirst("[.](ya?ml|json)$", "");
    }
}
