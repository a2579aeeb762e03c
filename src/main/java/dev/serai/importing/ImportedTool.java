package dev.serai.importing;

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
 */
public record ImportedTool(
        String name,
        String title,
        String description,
        String inputSchema,
        @Nullable String outputSchema,
        boolean idempotent) {}
