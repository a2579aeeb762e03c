package dev.serai.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out which part of some JSON does not fit a message, by trying its parts one by one. */
final class Mismatch {
    private static final int MOST_NAMES = 20;

    private final JsonFormat.Parser parser;

    Mismatch(JsonFormat.Parser parser) {
        this.parser = parser;
    }

    /** A JSON pointer, and what is expected there; quotes no value. */
    String find(JsonNode tree, Descriptor type) {
        return ofMessage("", tree, type);
    }

    private String ofMessage(String at, JsonNode value, Descriptor type) {
        if (isWellKnown(type)) {
            return at + ": expected " + wellKnown(type);
        }
        if (!value.isObject()) {
            return at + ": expected an object (" + type.getFullName() + ")";
        }
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            if (!fits(type, each.getKey(), each.getValue())) {
                String there = at + "/" + escaped(each.getKey());
                FieldDescriptor field = field(type, each.getKey());
                return field == null
                        ? there + ": " + type.getFullName() + " has no such field; it has " + names(type)
                        : ofField(there, each.getKey(), each.getValue(), field, type);
            }
        }
        return at + ": the fields do not go together: a field is there twice, or two of a oneof are";
    }

    private String ofField(String at, String name, JsonNode value, FieldDescriptor field, Descriptor type) {
        if (field.isMapField()) {
            FieldDescriptor held = field.getMessageType().findFieldByName("value");
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                if (!fits(type, name, object(entry.getKey(), entry.getValue()))) {
                    return ofValue(at + "/" + escaped(entry.getKey()), entry.getValue(), held);
                }
            }
            return at + ": expected an object whose values are " + expected(held);
        }
        if (field.isRepeated()) {
            for (int i = 0; value.isArray() && i < value.size(); i++) {
                if (!fits(type, name, JsonNodeFactory.instance.arrayNode().add(value.get(i)))) {
                    return ofValue(at + "/" + i, value.get(i), field);
                }
            }
            return at + ": expected an array of " + expected(field);
        }
        return ofValue(at, value, field);
    }

    private String ofValue(String at, JsonNode value, FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                ? ofMessage(at, value, field.getMessageType())
                : at + ": expected " + expected(field);
    }

    private boolean fits(Descriptor type, String name, JsonNode value) {
        try {
            parser.merge(object(name, value).toString(), DynamicMessage.newBuilder(type));
            return true;
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            return false;
        }
    }

    private static ObjectNode object(String name, JsonNode value) {
        return JsonNodeFactory.instance.objectNode().set(name, value);
    }

    private static @Nullable FieldDescriptor field(Descriptor type, String name) {
        for (FieldDescriptor field : type.getFields()) {
            if (field.getName().equals(name) || field.getJsonName().equals(name)) {
                return field;
            }
        }
        return null;
    }

    private static String names(Descriptor type) {
        String names = type.getFields().stream()
                .limit(MOST_NAMES)
                .map(FieldDescriptor::getJsonName)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names + (type.getFields().size() > MOST_NAMES ? ", …" : "");
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static boolean isWellKnown(Descriptor type) {
        return type.getFullName().startsWith("google.protobuf.");
    }

    private static String wellKnown(Descriptor type) {
        return switch (type.getName()) {
            case "Timestamp" -> "a time such as 2026-01-02T03:04:05Z";
            case "Duration" -> "a duration such as 1.5s";
            case "FieldMask" -> "names of fields in one text, with commas between";
            case "Any" -> "an object with \"@type\", the URL of a type that the server's descriptors have";
            case "Struct", "Empty" -> "an object";
            case "ListValue" -> "an array";
            case "BoolValue" -> "true or false";
            case "StringValue" -> "a text";
            case "BytesValue" -> "bytes in base64";
            default -> "a value of " + type.getFullName();
        };
    }

    private static String expected(FieldDescriptor field) {
        return switch (field.getType()) {
            case BOOL -> "true or false";
            case STRING -> "a text";
            case BYTES -> "bytes in base64";
            case DOUBLE, FLOAT -> "a number";
            case INT32, SINT32, SFIXED32 -> "a whole number of 32 bits";
            case UINT32, FIXED32 -> "a whole number of 32 bits, 0 or more";
            case INT64, SINT64, SFIXED64 -> "a whole number of 64 bits, as a number or a text";
            case UINT64, FIXED64 -> "a whole number of 64 bits, 0 or more, as a number or a text";
            case ENUM ->
                "one of "
                        + field.getEnumType().getValues().stream()
                                .limit(MOST_NAMES)
                                .map(EnumValueDescriptor::getName)
                                .collect(Collectors.joining(", "));
            case MESSAGE, GROUP -> "objects (" + field.getMessageType().getFullName() + ")";
        };
    }
}
