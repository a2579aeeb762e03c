package dev.serai.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's route leaves for one of several calls that went together, where its whole result means another value.
 *
 * @param whole what the caller gets who asks for it with {@link InvocationHeaders#RAW}
 * @param value what the others get
 * @param freshMs for how long it holds, as {@link InvocationHeaders#FRESH_MS}; {@code null} where its server does not say
 */
public record ProviderResult(
        JsonNode whole, JsonNode value, @Nullable Long freshMs) {}
