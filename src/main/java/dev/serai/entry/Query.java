package dev.serai.entry;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The query parameters of a request, each at most once. */
record Query(Map<String, List<String>> parameters) {
    static Query of(IngressRequest request) {
        String query = request.query();
        return new Query(
                query == null ? Map.of() : new QueryStringDecoder(query, StandardCharsets.UTF_8, false).parameters());
    }

    /** The parameter's value; empty without one. */
    String text(String name) {
        List<String> values = parameters.get(name);
        return values == null ? "" : values.get(0);
    }

    /** The parameter as a whole number from 1 to the largest. */
    int number(String name, int otherwise, int largest) {
        String text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= 1 && value <= largest) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, like a number out of range.
        }
        throw new CapabilityException(
                ErrorCode.INVALID_ARGUMENTS, "the query parameter " + name + " is a whole number from 1 to " + largest);
    }
}
