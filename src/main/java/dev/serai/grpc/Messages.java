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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of a method as JSON and as bytes (ProtoJSON Format). Safe for use by several threads. */
final class Messages {
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
            return printer.print(DynamicMessage.parseFrom(method.getOutputType(), message));
        } catch (InvalidProtocolBufferException | RuntimeException e) {
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
            String json = printer.print(DynamicMessage.parseFrom(known, value));
            JsonNode tree = Json.MAPPER.readTree(UpstreamText.redacted(json, secrets));
            return tree.isObject() ? tree : null;
        } catch (InvalidProtocolBufferException | JsonProcessingException e) {
            return null;
        }
    }
}
