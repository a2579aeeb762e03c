package dev.serai.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of a call can be asked, cut down to the few forms that mean something: what callers write beside them
 * must not make more kinds of sessions.
 *
 * @param label names the abilities, such as {@code elicitation+sampling}; empty for none
 * @param json the same as MCP's {@code ClientCapabilities}; not to be changed
 */
public record CallerAbilities(String label, ObjectNode json) {
    /** Exchange property: those that a session is opened for. */
    public static final String PROPERTY = "SeraiCallerAbilities";

    /** Of a caller that cannot be asked anything. */
    public static final CallerAbilities NONE = new CallerAbilities("", JsonNodeFactory.instance.objectNode());

    /** Those of the caller of this call. */
    public static CallerAbilities of(@Nullable CallerChannel channel) {
        if (channel == null) {
            return NONE;
        }
        ObjectNode given = channel.capabilities();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        List<String> names = new ArrayList<>();
        JsonNode elicitation = given.path("elicitation");
        if (elicitation.isObject()) {
            ObjectNode forms = json.putObject("elicitation");
            boolean url = elicitation.path("url").isObject();
            // Without any form it is the one that there was first. Source: MCP 2025-11-25, elicitation.
            if (elicitation.path("form").isObject() || !url) {
                names.add("elicitation");
                forms.putObject("form");
            }
            if (url) {
                names.add("elicitation-url");
                forms.putObject("url");
            }
        }
        for (String name : List.of("sampling", "roots")) {
            if (given.path(name).isObject()) {
                names.add(name);
                json.putObject(name);
            }
        }
        JsonNode tools = given.path("sampling").path("tools");
        if (tools.isObject()) {
            names.add("sampling-tools");
            ((ObjectNode) json.path("sampling")).putObject("tools");
        }
        return names.isEmpty() ? NONE : new CallerAbilities(String.join("+", names), json);
    }

    /** Those that a session which is being opened on this exchange is for. */
    public static CallerAbilities of(Exchange opening) {
        return opening.getProperty(PROPERTY, NONE, CallerAbilities.class);
    }
}
