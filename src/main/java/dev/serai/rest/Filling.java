package dev.serai.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.rest.Parameter.In;
import dev.serai.web.SentHeader;
import dev.serai.web.WebSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Puts the arguments of one call where its operation wants them. */
final class Filling {
    private final Operation operation;
    private final ObjectNode arguments;
    private final Set<String> taken = new HashSet<>();
    private final List<String> query = new ArrayList<>();

    Filling(Operation operation, ObjectNode arguments) {
        this.operation = operation;
        this.arguments = arguments;
    }

    /** @throws CapabilityException {@code invalid_arguments} where one cannot be sent as it is */
    void into(Message message) {
        message.setHeader(Exchange.HTTP_METHOD, operation.method());
        message.setHeader(Exchange.HTTP_PATH, path());
        for (Parameter parameter : operation.declared()) {
            JsonNode value = value(parameter);
            if (value != null && parameter.in() != In.PATH) {
                place(parameter, value, message);
            }
        }
        body(message);
        if (!query.isEmpty()) {
            message.setHeader(Exchange.HTTP_QUERY, String.join("&", query));
        }
    }

    private void place(Parameter parameter, JsonNode value, Message message) {
        switch (parameter.in()) {
            case HEADER -> SentHeader.set(message, parameter.name(), headerValue(parameter, value));
            case COOKIE -> Styles.pairs(parameter, value).forEach(pair -> WebSession.addCookie(message, pair));
            default -> query.addAll(Styles.pairs(parameter, value));
        }
    }

    private @Nullable JsonNode value(Parameter parameter) {
        taken.add(parameter.argument());
        JsonNode value = arguments.get(parameter.argument());
        return value == null || value.isNull() ? null : value;
    }

    private String path() {
        Matcher place = Operation.PLACE.matcher(operation.path());
        StringBuilder path = new StringBuilder();
        while (place.find()) {
            place.appendReplacement(path, Matcher.quoteReplacement(segment(place.group(1))));
        }
        return place.appendTail(path).toString();
    }

    private String segment(String name) {
        Parameter parameter = operation.declared().stream()
                .filter(each -> each.in() == In.PATH && each.name().equals(name))
                .findFirst()
                .orElseThrow();
        JsonNode value = value(parameter);
        String written = value == null ? "" : Styles.path(parameter, value);
        if (written.isEmpty() || written.equals(".") || written.equals("..")) {
            throw invalid(parameter, "expected a value that can be a part of the path, neither empty nor dots");
        }
        return written;
    }

    private static String headerValue(Parameter parameter, JsonNode value) {
        String text = Styles.header(parameter, value);
        if (!text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'))) {
            throw invalid(parameter, "expected a value that a header can carry: printable ASCII");
        }
        return text;
    }

    private static CapabilityException invalid(Parameter parameter, String what) {
        return new CapabilityException(ErrorCode.INVALID_ARGUMENTS, "/" + parameter.argument() + ": " + what);
    }

    private void body(Message message) {
        Body body = operation.body();
        String argument = body.argument();
        JsonNode value = argument == null ? null : arguments.get(argument);
        if (argument != null) {
            taken.add(argument);
        }
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : arguments.properties()) {
            if (!taken.contains(field.getKey())) {
                rest.set(field.getKey(), field.getValue());
            }
        }
        if (operation.restIsBody()) {
            value = rest.isEmpty() ? null : rest;
        } else {
            rest.properties()
                    .forEach(field ->
                            query.addAll(Styles.pairs(Parameter.plain(field.getKey(), In.QUERY), field.getValue())));
        }
        if (value == null) {
            message.setBody(null);
            return;
        }
        Body.Written written = body.write(value);
        SentHeader.set(message, Exchange.CONTENT_TYPE, written.type());
        message.setBody(written.content());
    }
}
