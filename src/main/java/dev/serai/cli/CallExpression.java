package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import us.bpsm.edn.EdnException;
import us.bpsm.edn.Keyword;
import us.bpsm.edn.Symbol;
import us.bpsm.edn.parser.Parseable;
import us.bpsm.edn.parser.Parser;
import us.bpsm.edn.parser.Parsers;

/**
 * A call written as {@code (call "id" {:a 1})}. It is read as data: nothing in it is evaluated.
 *
 * @param id the capability
 * @param arguments its arguments; an empty object where the form has none
 */
record CallExpression(String id, JsonNode arguments) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 500;
    private static final String EXPECTED = "; expected (call \"id\" {:name value})";

    static boolean looksLike(String text) {
        return text.stripLeading().startsWith("(");
    }

    static CallExpression parse(String text) {
        if (nesting(text) > MAX_DEPTH) {
            throw CliException.usage("the call form is nested deeper than " + MAX_DEPTH + " levels");
        }
        if (!(read(text) instanceof List<?> form) || form.isEmpty() || !isCall(form.get(0))) {
            throw CliException.usage("not a call form" + EXPECTED);
        }
        if (form.size() < 2 || form.size() > 3) {
            throw CliException.usage(
                    "a call form takes an id and at most one map, found " + (form.size() - 1) + " elements" + EXPECTED);
        }
        JsonNode arguments = form.size() == 2 ? NODES.objectNode() : json(form.get(2));
        if (!arguments.isObject()) {
            throw CliException.usage("the arguments of a call form are a map" + EXPECTED);
        }
        return new CallExpression(id(form.get(1)), arguments);
    }

    private static Object read(String text) {
        try {
            Parser parser = Parsers.newParser(Parsers.defaultConfiguration());
            Parseable source = Parsers.newParseable(text);
            Object form = parser.nextValue(source);
            if (!Parser.END_OF_INPUT.equals(parser.nextValue(source))) {
                throw CliException.usage("one call form at a time: there is text after the closing parenthesis");
            }
            return form;
        } catch (EdnException e) {
            throw CliException.usage("the call form cannot be read: " + e.getMessage());
        }
    }

    /** An upper bound of the nesting: brackets inside strings count too. */
    private static int nesting(String text) {
        int depth = 0;
        int deepest = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '(', '[', '{' -> deepest = Math.max(deepest, ++depth);
                case ')', ']', '}' -> depth--;
                default -> {}
            }
        }
        return deepest;
    }

    private static boolean isCall(Object head) {
        return head instanceof Symbol symbol
                && "call".equals(symbol.getName())
                && symbol.getPrefix().isEmpty();
    }

    private static String id(Object value) {
        if (value instanceof String text && !text.isBlank()) {
            return text;
        }
        if (value instanceof Keyword keyword) {
            return name(keyword);
        }
        throw CliException.usage("the id of a call form is a string" + EXPECTED);
    }

    private static JsonNode json(Object value) {
        if (value instanceof Map<?, ?> map) {
            return object(map);
        }
        if (value instanceof Collection<?> items) {
            ArrayNode array = NODES.arrayNode();
            items.forEach(item -> array.add(item == null ? NODES.nullNode() : json(item)));
            return array;
        }
        if (value instanceof Number number) {
            return number(number);
        }
        if (value instanceof Boolean flag) {
            return NODES.booleanNode(flag);
        }
        return NODES.textNode(value instanceof Keyword keyword ? name(keyword) : Objects.toString(value));
    }

    /** An entry whose value is {@code nil} is left out, as an argument that is not given. */
    private static ObjectNode object(Map<?, ?> map) {
        ObjectNode object = NODES.objectNode();
        map.forEach((key, value) -> {
            if (value != null) {
                object.set(key instanceof Keyword keyword ? name(keyword) : Objects.toString(key), json(value));
            }
        });
        return object;
    }

    private static JsonNode number(Number number) {
        if (number instanceof Long value) {
            return NODES.numberNode(value.longValue());
        }
        if (number instanceof BigInteger value) {
            return NODES.numberNode(value);
        }
        return NODES.numberNode(new BigDecimal(number.toString()));
    }

    private static String name(Keyword keyword) {
        return keyword.toString().substring(1);
    }
}
