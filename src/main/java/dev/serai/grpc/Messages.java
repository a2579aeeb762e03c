package dev.serai.grpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.UpstreamText;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of a method as JSON and as bytes (ProtoJSON Format). Safe for use by several threads. */
final class Messages {
    /** Characters of a message as JSON: what is short on the wire can be long as text. */
    private static final int MOST = 64 * 1024 * 1024;
    /** Of a detail of an error. */
    private static final int MOST_OF_DETAIL = 64 * 1024;

    private final MethodDescriptor method;
    private final TypeRegistry types;
    private final JsonFormat.Parser parser;
    private final JsonFormat.Printer printer;

    /** @param types that an {@code Any} may hold */
    Messages(MethodDescriptor method, TypeRegistry types) {
        this.method = method;
        this.types = types;
        this.parser = JsonFormat.parser().usingTypeRegistry(types);
        this.printer = JsonFormat.printer().usingTypeRegistry(types).omittingInsignificantWhitespace();
    }

    boolean isStream() {
        return method.isServerStreaming();
    }

    /** @throws CapabilityException {@code invalid_arguments}, with a JSON pointer and what is expected there */
    byte[] bytes(String json) {
        Descriptor type = method.getInputType();
        try {
            DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
            parser.merge(json, message);
            List<String> missing = message.findInitializationErrors();
            if (!missing.isEmpty()) {
                throw invalid("/" + missing.get(0).replace('.', '/') + ": is required");
            }
            return message.build().toByteArray();
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            if (e instanceof CapabilityException told) {
                throw told;
            }
            throw invalid(new Mismatch(parser).find(tree(json), type));
        }
    }

    private static JsonNode tree(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw invalid("expected a JSON object");
        }
    }

    private static CapabilityException invalid(String what) {
        return new CapabilityException(ErrorCode.INVALID_ARGUMENTS, what);
    }

    /** @throws CapabilityException {@code upstream_protocol_error} where it is no message of the method's type */
    String json(byte[] message) {
        try {
            BoundedText text = new BoundedText(MOST);
            printer.appendTo(DynamicMessage.parseFrom(method.getOutputType(), message), text);
            return text.toString();
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the answer is no message of the type "
                            + method.getOutputType().getFullName() + ": the server's descriptors may have changed",
                    e);
        }
    }

    /** The fields of what an {@code Any} holds; {@code null} where its type is not known. */
    @Nullable
    JsonNode any(String type, ByteString value, List<String> secrets) {
        try {
            Descriptor known = types.getDescriptorForTypeUrl(type);
            if (known == null) {
                return null;
            }
            BoundedText text = new BoundedText(MOST_OF_DETAIL);
            printer.appendTo(DynamicMessage.parseFrom(known, value), text);
            JsonNode tree = Json.MAPPER.readTree(UpstreamText.redacted(text.toString(), secrets));
            return tree.isObject() ? tree : null;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            return null;
        }
    }
}
