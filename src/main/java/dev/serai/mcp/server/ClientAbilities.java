package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Of what a client says it can do the part that is asked for here; the rest, of any size, is not kept. */
final class ClientAbilities {
    private static final List<String> QUESTIONS = List.of("elicitation", "sampling", "roots");
    /** What of {@code ClientCapabilities} stands below those (2025-11-25, schema). */
    private static final List<String> FORMS = List.of("form", "url", "tools", "context");

    private ClientAbilities() {}

    static ObjectNode known(JsonNode given) {
        ObjectNode kept = Rpc.object();
        for (String question : QUESTIONS) {
            JsonNode able = given.path(question);
            if (able.isObject()) {
                ObjectNode forms = kept.putObject(question);
                FORMS.stream().filter(form -> able.path(form).isObject()).forEach(forms::putObject);
            }
        }
        return kept;
    }
}
