package dev.serai.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The tools of the sample server; {@code tools.json} describes them. */
final class SampleTools {
    /** Does the work of one tool. */
    @FunctionalInterface
    private interface Tool {
        ToolOutcome call(JsonNode arguments, @Nullable SampleSession session) throws UnusableArguments;
    }

    /** Arguments that a tool cannot work with; becomes a result with {@code isError}. */
    private static final class UnusableArguments extends Exception {
        UnusableArguments(String message) {
            super(message);
        }
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int LONGEST_WORK_MILLIS = 60_000;
    private static final int LARGEST_TEXT = 32 * 1024 * 1024;

    private final Dials dials;
    private final Counters counters;
    private final Map<String, Tool> tools;

    SampleTools(Dials dials, Counters counters) {
        this.dials = dials;
        this.counters = counters;
        this.tools = Map.ofEntries(
                Map.entry("echo", (arguments, session) -> text(textArgument(arguments, "message"))),
                Map.entry("add", SampleTools::add),
                Map.entry("counter", SampleTools::count),
                Map.entry("slow", SampleTools::slow),
                Map.entry("fail", SampleTools::fail),
                Map.entry("structured", (arguments, session) -> structured(arguments)),
                Map.entry("mixed", (arguments, session) -> mixed()),
                Map.entry("large", SampleTools::large),
                Map.entry("status", SampleTools::status),
                Map.entry("side_effect", this::sideEffect));
    }

    /** Does the work; {@code null} where there is no such tool. */
    @Nullable
    ToolOutcome call(String name, JsonNode arguments, @Nullable SampleSession session) {
        Tool tool = tools.get(name);
        if (tool == null && !dials.acceptsAnyTool()) {
            return null;
        }
        counters.executed(name);
        try {
            return tool == null ? text(arguments.toString()) : tool.call(arguments, session);
        } catch (UnusableArguments e) {
            return failure(String.valueOf(e.getMessage()));
        }
    }

    /** The result of {@code tools/list}. */
    static ObjectNode list() {
        try (InputStream in = Objects.requireNonNull(SampleTools.class.getResourceAsStream("tools.json"))) {
            return (ObjectNode) MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ToolOutcome add(JsonNode arguments, @Nullable SampleSession session) throws UnusableArguments {
        JsonNode a = numberArgument(arguments, "a");
        JsonNode b = numberArgument(arguments, "b");
        if (a.canConvertToInt() && a.isIntegralNumber() && b.canConvertToInt() && b.isIntegralNumber()) {
            return text(Long.toString(a.longValue() + b.longValue()));
        }
        return text(Double.toString(a.doubleValue() + b.doubleValue()));
    }

    private static ToolOutcome count(JsonNode arguments, @Nullable SampleSession session) {
        return structured(NODES.objectNode().put("count", session == null ? 1 : session.count()));
    }

    private static ToolOutcome slow(JsonNode arguments, @Nullable SampleSession session) throws UnusableArguments {
        long millis = numberArgument(arguments, "millis").longValue();
        if (millis < 0 || millis > LONGEST_WORK_MILLIS) {
            throw new UnusableArguments("millis must be 0 to " + LONGEST_WORK_MILLIS + ", was " + millis);
        }
        return new ToolOutcome(text("done after " + millis + " ms").result(), millis, true, 200);
    }

    private static ToolOutcome fail(JsonNode arguments, @Nullable SampleSession session) {
        return failure(arguments.path("message").asText("this tool always fails"));
    }

    private static ToolOutcome mixed() {
        ObjectNode result = NODES.objectNode();
        result.putArray("content")
                .add(textItem("first"))
                .add(textItem("second"))
                .add(NODES.objectNode()
                        .put("type", "image")
                        .put("data", "iVBORw0KGgo=")
                        .put("mimeType", "image/png"));
        result.putObject("_meta").put("sample/kept", true);
        return ToolOutcome.of(result);
    }

    private static ToolOutcome large(JsonNode arguments, @Nullable SampleSession session) throws UnusableArguments {
        int bytes = numberArgument(arguments, "bytes").intValue();
        if (bytes < 0 || bytes > LARGEST_TEXT) {
            throw new UnusableArguments("bytes must be 0 to " + LARGEST_TEXT + ", was " + bytes);
        }
        return text("x".repeat(bytes));
    }

    private static ToolOutcome status(JsonNode arguments, @Nullable SampleSession session) throws UnusableArguments {
        int status = numberArgument(arguments, "status").intValue();
        if (status < 200 || status > 599) {
            throw new UnusableArguments("status must be 200 to 599, was " + status);
        }
        return new ToolOutcome(text("status " + status).result(), 0, false, status);
    }

    private ToolOutcome sideEffect(JsonNode arguments, @Nullable SampleSession session) throws UnusableArguments {
        String key = textArgument(arguments, "key");
        return structured(NODES.objectNode().put("key", key).put("count", counters.sideEffect(key)));
    }

    private static ToolOutcome text(String text) {
        ObjectNode result = NODES.objectNode();
        result.putArray("content").add(textItem(text));
        return ToolOutcome.of(result);
    }

    private static ToolOutcome structured(JsonNode value) {
        ObjectNode result = text(value.toString()).result();
        result.set("structuredContent", value);
        return ToolOutcome.of(result);
    }

    private static ToolOutcome failure(String message) {
        ObjectNode result = text(message).result();
        result.put("isError", true);
        return ToolOutcome.of(result);
    }

    private static ObjectNode textItem(String text) {
        return NODES.objectNode().put("type", "text").put("text", text);
    }

    private static String textArgument(JsonNode arguments, String name) throws UnusableArguments {
        JsonNode value = arguments.path(name);
        if (!value.isTextual()) {
            throw new UnusableArguments(name + " must be a string");
        }
        return value.asText();
    }

    private static JsonNode numberArgument(JsonNode arguments, String name) throws UnusableArguments {
        JsonNode value = arguments.path(name);
        if (!value.isNumber()) {
            throw new UnusableArguments(name + " must be a number");
        }
        return value;
    }
}
