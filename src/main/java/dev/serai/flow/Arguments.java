package dev.serai.flow;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Reads a call's arguments from a message body: an object, as JSON text, bytes, a stream, a map or a tree. */
final class Arguments {
    private final int maxBytes;

    /** @param maxBytes largest text, in bytes of UTF-8 */
    Arguments(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** An absent or empty body is an empty object. */
    ObjectNode read(Message message) {
        JsonNode tree = tree(message);
        if (!isWithin(Json.MAX_DEPTH, tree)) {
            throw tooDeep();
        }
        if (message.getBody() instanceof JsonNode || message.getBody() instanceof Map<?, ?>) {
            measure(tree);
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw invalid("the arguments must be a JSON object, got "
                + tree.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
    }

    private JsonNode tree(Message message) {
        Object body = message.getBody();
        if (body == null) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (body instanceof JsonNode node) {
            return node;
        }
        if (body instanceof Map<?, ?> map) {
            return fromMap(map);
        }
        return parse(bytes(message, body));
    }

    private byte[] bytes(Message message, Object body) {
        byte @Nullable [] bytes;
        if (body instanceof byte[] b) {
            bytes = b;
        } else if (body instanceof String s) {
            bytes = s.getBytes(StandardCharsets.UTF_8);
        } else if (body instanceof InputStream in) {
            bytes = readBounded(in);
        } else {
            bytes = message.getBody(byte[].class);
        }
        if (bytes == null) {
            throw invalid("the arguments must be JSON text, bytes, a map or a tree, got "
                    + body.getClass().getSimpleName());
        }
        if (bytes.length > maxBytes) {
            throw tooLarge();
        }
        return bytes;
    }

    private byte[] readBounded(InputStream in) {
        try (in) {
            return in.readNBytes((int) Math.min(Integer.MAX_VALUE, maxBytes + 1L));
        } catch (IOException e) {
            throw invalid("the arguments could not be read to their end");
        }
    }

    /** What did not come as text counts as the text that it would be. */
    private void measure(JsonNode tree) {
        if (JsonLength.of(tree, maxBytes) > maxBytes) {
            throw tooLarge();
        }
    }

    private CapabilityException tooLarge() {
        return new CapabilityException(
                ErrorCode.PAYLOAD_TOO_LARGE, "the arguments are larger than " + maxBytes + " bytes");
    }

    private static JsonNode parse(byte[] bytes) {
        if (isBlank(bytes)) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            return Json.MAPPER.readTree(bytes);
        } catch (StreamConstraintsException e) {
            throw tooDeep();
        } catch (JacksonException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw invalid(
                    "the arguments are not valid JSON" + where + "; expected an object such as {\"key\": \"value\"}");
        } catch (IOException e) {
            throw invalid("the arguments could not be read");
        }
    }

    private static JsonNode fromMap(Map<?, ?> map) {
        try {
            return Json.MAPPER.valueToTree(map);
        } catch (IllegalArgumentException e) {
            throw invalid("the arguments hold a value that JSON cannot express");
        } catch (StackOverflowError e) {
            // Deep beyond all measure, or a map that holds itself.
            throw tooDeep();
        }
    }

    private static boolean isWithin(int levels, JsonNode tree) {
        if (levels < 0) {
            return false;
        }
        for (JsonNode child : tree) {
            if (child.isContainerNode() && !isWithin(levels - 1, child)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private static CapabilityException tooDeep() {
        return invalid("the arguments exceed a limit of the JSON reader (" + Json.MAX_DEPTH + " levels deep at most)");
    }

    private static CapabilityException invalid(String detail) {
        return new CapabilityException(ErrorCode.INVALID_ARGUMENTS, detail);
    }
}
