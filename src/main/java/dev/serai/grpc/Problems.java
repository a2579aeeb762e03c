package dev.serai.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.serai.invocation.UpstreamText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caller is told of a status: {@code {code, status, message, details}}, without what the request carried. */
final class Problems {
    private static final int DETAILS = 3;
    private static final int TYPE = 1;
    private static final int VALUE = 2;
    private static final int MOST_DETAILS = 20;

    private final @Nullable Messages messages;
    private final List<String> secrets;

    /**
     * @param messages knows types of details; {@code null} where nobody does
     * @param secrets what the request carried, and its server may quote
     */
    Problems(@Nullable Messages messages, List<String> secrets) {
        this.messages = messages;
        this.secrets = secrets;
    }

    ObjectNode of(Ending ending) {
        ObjectNode problem = JsonNodeFactory.instance
                .objectNode()
                .put("code", ending.status().number())
                .put("status", ending.status().name())
                .put("message", UpstreamText.excerpt(ending.text(), secrets));
        ByteString details = ending.details();
        if (details != null) {
            ArrayNode list = details(details);
            if (!list.isEmpty()) {
                problem.set("details", list);
            }
        }
        return problem;
    }

    /** Of a {@code google.rpc.Status}: each detail with its type, and with its fields where the type is known. */
    private ArrayNode details(ByteString status) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        try {
            for (ByteString any :
                    UnknownFieldSet.parseFrom(status).getField(DETAILS).getLengthDelimitedList()) {
                if (list.size() < MOST_DETAILS) {
                    UnknownFieldSet fields = UnknownFieldSet.parseFrom(any);
                    list.add(detail(first(fields, TYPE).toStringUtf8(), first(fields, VALUE)));
                }
            }
        } catch (InvalidProtocolBufferException e) {
            // What cannot be read is not told; code and message are.
            return list;
        }
        return list;
    }

    private static ByteString first(UnknownFieldSet fields, int number) {
        List<ByteString> all = fields.getField(number).getLengthDelimitedList();
        return all.isEmpty() ? ByteString.EMPTY : all.get(0);
    }

    private JsonNode detail(String type, ByteString value) {
        ObjectNode detail = JsonNodeFactory.instance.objectNode().put("@type", UpstreamText.excerpt(type, secrets));
        JsonNode known = messages == null ? null : messages.any(type, value, secrets);
        if (known != null) {
            detail.setAll((ObjectNode) known);
        }
        return detail;
    }
}
