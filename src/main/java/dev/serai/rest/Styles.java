package dev.serai.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.rest.Parameter.In;
import dev.serai.rest.Parameter.Style;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Writes values in the styles of OpenAPI 3.1.1 (section 4.8.12.2.1), which are those of RFC 6570. */
final class Styles {
    private static final int MOST_DIGITS = 40;

    private Styles() {}

    /** A part of a path. */
    static String path(Parameter parameter, JsonNode value) {
        UnaryOperator<String> encode = Percent::encode;
        String name = Percent.encode(parameter.name());
        if (parameter.json()) {
            return encode.apply(value.toString());
        }
        boolean explode = parameter.explode();
        return switch (parameter.style()) {
            case LABEL -> "." + String.join(explode ? "." : ",", items(value, explode, encode));
            case MATRIX -> matrix(name, value, explode, encode);
            default -> String.join(",", items(value, explode, encode));
        };
    }

    private static String matrix(String name, JsonNode value, boolean explode, UnaryOperator<String> encode) {
        List<String> items = items(value, explode, encode);
        if (explode && value.isObject()) {
            return items.isEmpty() ? "" : ";" + String.join(";", items);
        }
        if (explode && value.isArray()) {
            return items.isEmpty() ? "" : ";" + name + "=" + String.join(";" + name + "=", items);
        }
        String joined = String.join(",", items);
        return ";" + name + (joined.isEmpty() ? "" : "=" + joined);
    }

    /** The value of a header. */
    static String header(Parameter parameter, JsonNode value) {
        return parameter.json()
                ? value.toString()
                : String.join(",", items(value, parameter.explode(), UnaryOperator.identity()));
    }

    /** {@code name=value} of a query, a form or a cookie, each encoded; none for an empty list. */
    static List<String> pairs(Parameter parameter, JsonNode value) {
        UnaryOperator<String> encode = parameter.reserved() ? Percent::encodeButReserved : Percent::encode;
        String name = Percent.encode(parameter.name());
        List<String> pairs = new ArrayList<>();
        if (parameter.json()) {
            pairs.add(name + "=" + encode.apply(value.toString()));
        } else if (parameter.style() == Style.DEEP && value.isContainerNode()) {
            deep(name, value, encode, pairs);
        } else if (parameter.explode() && value.isObject()) {
            pairs.addAll(items(value, true, encode));
        } else if (parameter.explode() && value.isArray()) {
            items(value, true, encode).forEach(item -> pairs.add(name + "=" + item));
        } else if (!value.isContainerNode() || !value.isEmpty()) {
            pairs.add(name + "=" + String.join(separator(parameter), items(value, false, encode)));
        }
        return pairs;
    }

    private static String separator(Parameter parameter) {
        return switch (parameter.style()) {
            case SPACE -> "%20";
            case PIPE -> "%7C";
            default -> parameter.in() == In.COOKIE ? "%2C" : ",";
        };
    }

    /** Nested objects go on with brackets; a list is its name again and again. */
    private static void deep(String name, JsonNode value, UnaryOperator<String> encode, List<String> pairs) {
        if (value.isObject()) {
            value.properties()
                    .forEach(field -> deep(
                            name + "%5B" + Percent.encode(field.getKey()) + "%5D", field.getValue(), encode, pairs));
        } else if (value.isArray()) {
            value.forEach(item -> pairs.add(name + "=" + encode.apply(text(item))));
        } else if (!value.isNull()) {
            pairs.add(name + "=" + encode.apply(text(value)));
        }
    }

    /** What a value consists of, encoded: itself, its items, or its names and values. */
    private static List<String> items(JsonNode value, boolean explode, UnaryOperator<String> encode) {
        List<String> items = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(item -> items.add(encode.apply(text(item))));
        } else if (value.isObject()) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                String name = encode.apply(field.getKey());
                String text = encode.apply(text(field.getValue()));
                if (explode) {
                    items.add(name + "=" + text);
                } else {
                    items.add(name);
                    items.add(text);
                }
            }
        } else {
            items.add(encode.apply(text(value)));
        }
        return items;
    }

    /** What is nested deeper than a style can say is JSON text; a number is written out. */
    static String text(JsonNode value) {
        if (value.isContainerNode()) {
            return value.toString();
        }
        if (value.isBigDecimal()) {
            BigDecimal number = value.decimalValue();
            return Math.abs(number.scale()) > MOST_DIGITS ? number.toString() : number.toPlainString();
        }
        return value.isNull() ? "" : value.asText();
    }
}
