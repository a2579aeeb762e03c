package dev.serai.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one call asks: its arguments, and what the declaration says where they say nothing.
 *
 * @param systems instructions (messages for the model from its operator), which are of this call only
 * @param messages the others
 * @param options the other fields of the request
 * @param continues whether the rest of an answer that was cut off is wanted
 */
record Question(ArrayNode systems, ArrayNode messages, ObjectNode options, boolean continues) {
    private static final Set<String> ARGUMENTS = new TreeSet<>(Set.of(
            "prompt",
            "messages",
            "model",
            "tools",
            "tool_choice",
            "temperature",
            "max_tokens",
            "thinking",
            "files",
            "continuation"));

    /** @throws CapabilityException {@code invalid_arguments} with the JSON pointer of what is wrong */
    static Question of(ObjectNode arguments, Capability capability) {
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            if (!ARGUMENTS.contains(argument.getKey())) {
                throw invalid(argument.getKey(), "expected one of " + String.join(", ", ARGUMENTS));
            }
        }
        JsonNode continuation = given(arguments, "continuation");
        check(continuation == null || continuation.isBoolean(), "continuation", "expected true or false");
        ArrayNode systems = JsonNodeFactory.instance.arrayNode();
        ArrayNode messages = JsonNodeFactory.instance.arrayNode();
        for (JsonNode message : messages(arguments)) {
            (message.path("role").asText().equals("system") ? systems : messages).add(message);
        }
        check(!messages.isEmpty(), "messages", "expected a message of another role than system");
        JsonNode files = given(arguments, "files");
        if (files != null) {
            Files.put(files, messages);
        }
        return new Question(
                systems, messages, options(arguments, capability), continuation == null || continuation.asBoolean());
    }

    private static ArrayNode messages(ObjectNode arguments) {
        JsonNode prompt = given(arguments, "prompt");
        JsonNode messages = given(arguments, "messages");
        check((prompt == null) != (messages == null), "prompt", "expected either prompt or messages");
        if (messages == null) {
            check(prompt != null && prompt.isTextual() && !prompt.asText().isEmpty(), "prompt", "expected a text");
            ArrayNode one = JsonNodeFactory.instance.arrayNode();
            one.addObject().put("role", "user").set("content", prompt);
            return one;
        }
        check(messages.isArray() && !messages.isEmpty(), "messages", "expected a list of messages");
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            check(
                    message.isObject() && message.path("role").isTextual(),
                    "messages/" + i,
                    "expected an object with role and content");
        }
        return (ArrayNode) messages;
    }

    private static ObjectNode options(ObjectNode arguments, Capability capability) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        JsonNode model = given(arguments, "model");
        check(model == null || (model.isTextual() && !model.asText().isBlank()), "model", "expected a model's name");
        String name = model == null ? capability.providerSetting("model") : model.asText();
        check(name != null, "model", "expected a model's name, since the declaration names none");
        options.put("model", name);
        JsonNode tools = given(arguments, "tools");
        check(tools == null || tools.isArray(), "tools", "expected a list of tools");
        options.set("tools", tools);
        options.set("tool_choice", given(arguments, "tool_choice"));
        options.set("temperature", temperature(given(arguments, "temperature"), capability));
        options.set("max_tokens", maxTokens(given(arguments, "max_tokens"), capability));
        options.set("thinking", thinking(given(arguments, "thinking"), capability));
        List.copyOf(options.properties()).forEach(option -> {
            if (option.getValue().isNull()) {
                options.remove(option.getKey());
            }
        });
        return options;
    }

    private static @Nullable JsonNode temperature(@Nullable JsonNode given, Capability capability) {
        check(
                given == null || (given.isNumber() && ChatMetadata.isTemperature(given.decimalValue())),
                "temperature",
                "expected a number from 0 to 2");
        String declared = capability.providerSetting("temperature");
        return given != null || declared == null
                ? given
                : JsonNodeFactory.instance.numberNode(new BigDecimal(declared));
    }

    private static @Nullable JsonNode maxTokens(@Nullable JsonNode given, Capability capability) {
        int most = Limit.MAX_TOKENS_LIMIT.of(capability);
        check(
                given == null
                        || (given.isIntegralNumber()
                                && given.canConvertToInt()
                                && given.intValue() >= 1
                                && given.intValue() <= most),
                "max_tokens",
                "expected a whole number from 1 to " + most);
        String declared = capability.providerSetting("max_tokens");
        return given != null || declared == null
                ? given
                : JsonNodeFactory.instance.numberNode(Integer.parseInt(declared));
    }

    /** A switch, or what the server takes for more than that. */
    private static @Nullable JsonNode thinking(@Nullable JsonNode given, Capability capability) {
        check(
                given == null || given.isBoolean() || given.isObject(),
                "thinking",
                "expected true or false, or the server's own object");
        String declared = capability.providerSetting("thinking");
        if (given != null && given.isObject()) {
            return given;
        }
        if (given == null && declared == null) {
            return null;
        }
        boolean on = given == null ? Boolean.parseBoolean(declared) : given.asBoolean();
        return JsonNodeFactory.instance.objectNode().put("type", on ? "enabled" : "disabled");
    }

    private static @Nullable JsonNode given(ObjectNode arguments, String name) {
        JsonNode value = arguments.get(name);
        return value == null || value.isNull() ? null : value;
    }

    static void check(boolean holds, String pointer, String expected) {
        if (!holds) {
            throw invalid(pointer, expected);
        }
    }

    private static CapabilityException invalid(String pointer, String expected) {
        return new CapabilityException(ErrorCode.INVALID_ARGUMENTS, "/" + pointer + ": " + expected);
    }
}
