package dev.serai.camel;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Availability;
import dev.serai.capability.Capability;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import dev.serai.invocation.UpstreamText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Readies the message for a route of the operator's and reads what it leaves. The route gets the arguments as a {@link Map}
 * and none of the declaration's metadata; a header {@code CapabilityErrorCode} that it leaves says that the call failed.
 */
public final class OwnRoutes {
    /** Where the next step sends to; absent where there is nothing to do. */
    private static final String TARGET = "SeraiOwnRoute";

    /** Readies a call of the declared route. */
    public void call(Exchange exchange) {
        target(exchange, "route", "the declaration names no route to call");
        Message message = exchange.getMessage();
        message.setBody(arguments(message.getBody()));
    }

    /** Readies the opening of a session. */
    public void open(Exchange exchange) {
        target(exchange, "open_route", "a session needs a route that opens it");
    }

    /** Readies the end of a session, for which the declaration need not name a route. */
    public void close(Exchange exchange) {
        target(exchange, "close_route", null);
    }

    /**
     * Throws where the route says that it failed.
     *
     * @throws CapabilityException with the code that the route left
     */
    public void check(Exchange exchange) {
        Message message = exchange.getMessage();
        Object left = message.removeHeader(InvocationHeaders.ERROR_CODE);
        if (left == null) {
            return;
        }
        ErrorCode code = code(left.toString());
        JsonNode body = tree(message.getBody());
        String said = body != null && body.path("detail").isTextual()
                ? body.path("detail").asText()
                : message.getBody(String.class);
        String text = said == null ? "" : UpstreamText.excerpt(said, List.of());
        throw new CapabilityException(
                code,
                text.isEmpty() ? "the route says that the call failed" : text,
                code == ErrorCode.TOOL_ERROR ? body : null,
                null);
    }

    private static void target(Exchange exchange, String key, @Nullable String missing) {
        Capability capability = UpstreamCall.required(exchange).capability();
        String uri = capability.providerSetting(key);
        if (uri == null && missing != null) {
            throw new CapabilityException(
                    ErrorCode.NO_PROVIDER, missing + ": add " + capability.provider() + "_" + key + " (direct:name)");
        }
        Availability known =
                exchange.getContext().getRegistry().lookupByNameAndType(Availability.NAME, Availability.class);
        String reason = uri == null || known == null ? null : known.reasonUnavailable(capability);
        if (reason != null) {
            throw new CapabilityException(ErrorCode.NO_PROVIDER, reason);
        }
        Map<String, String> metadata = capability.metadata();
        exchange.getMessage().getHeaders().keySet().removeIf(metadata::containsKey);
        exchange.setProperty(TARGET, uri);
    }

    private static @Nullable Object arguments(@Nullable Object body) {
        return body instanceof JsonNode tree ? Json.MAPPER.convertValue(tree, Map.class) : body;
    }

    private static ErrorCode code(String given) {
        try {
            return ErrorCode.valueOf(given.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new CapabilityException(
                    ErrorCode.INTERNAL_ERROR, "the route left CapabilityErrorCode with what is no error code");
        }
    }

    private static @Nullable JsonNode tree(@Nullable Object body) {
        if (body instanceof JsonNode node) {
            return node;
        }
        if (body instanceof Map<?, ?>) {
            return Json.MAPPER.valueToTree(body);
        }
        try {
            return body instanceof String text
                    ? Json.MAPPER.readTree(text)
                    : body instanceof byte[] bytes ? Json.MAPPER.readTree(bytes) : null;
        } catch (JacksonException e) {
            return null;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }
}
