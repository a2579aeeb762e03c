package dev.serai.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The answer to one call, for others: as text, so that nobody's copy is another's. */
public final class KeptAnswer {
    private final byte[] whole;
    private final byte @Nullable [] value;

    /**
     * An answer to keep.
     *
     * @param whole the provider's whole result
     * @param value what of it is the value; {@code null} where that is all of it
     */
    public KeptAnswer(JsonNode whole, @Nullable JsonNode value) throws JsonProcessingException {
        this.whole = Json.bytes(whole);
        this.value = value == null ? null : Json.bytes(value);
    }

    public JsonNode whole() throws IOException {
        return Json.MAPPER.readTree(whole);
    }

    public @Nullable JsonNode value() throws IOException {
        return value == null ? null : Json.MAPPER.readTree(value);
    }

    int bytes() {
        return whole.length + (value == null ? 0 : value.length);
    }
}
