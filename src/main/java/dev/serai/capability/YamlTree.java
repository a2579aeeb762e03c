package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * YAML as plain data with lines. Works on parser events, so that nothing is ever constructed; plain scalars are typed by
 * the core schema of YAML 1.2 ({@code no} and {@code on} stay text). Aliases, anchors and tags are refused.
 */
final class YamlTree {
    static final int DEEPEST = 100;

    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,40}");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?(\\.[0-9]{1,40}|[0-9]{1,40}(\\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,3})?");

    private final Parser events;
    private final StringPool strings;

    private YamlTree(Parser events, StringPool strings) {
        this.events = events;
        this.strings = strings;
    }

    /**
     * The documents of a file.
     *
     * @throws Unreadable with the line, when the text is no YAML or uses something refused
     */
    static List<Data> read(String text, StringPool strings) throws Unreadable {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        try {
            return new YamlTree(new ParserImpl(new StreamReader(text), options), strings).documents();
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new Unreadable(line, "not valid YAML: " + Excerpt.of(String.valueOf(e.getProblem())));
        } catch (YAMLException e) {
            throw new Unreadable(1, "not valid YAML: " + Excerpt.of(String.valueOf(e.getMessage())));
        }
    }

    private List<Data> documents() throws Unreadable {
        List<Data> documents = new ArrayList<>();
        events.getEvent();
        while (!events.checkEvent(Event.ID.StreamEnd)) {
            events.getEvent();
            documents.add(node(0));
            events.getEvent();
        }
        return documents;
    }

    private Data node(int depth) throws Unreadable {
        Event event = events.getEvent();
        int line = line(event);
        if (depth > DEEPEST) {
            throw new Unreadable(line, "nested deeper than " + DEEPEST + " levels");
        }
        if (event.is(Event.ID.Alias)) {
            throw new Unreadable(line, "an alias (*name) is not supported: repeat the value, or use defaults:");
        }
        if (event instanceof NodeEvent named && named.getAnchor() != null) {
            throw new Unreadable(line, "an anchor (&name) is not supported: repeat the value, or use defaults:");
        }
        if (event instanceof ScalarEvent scalar) {
            return scalar(scalar, line);
        }
        return event.is(Event.ID.SequenceStart) ? sequence(depth, line) : mapping(depth, line);
    }

    private Data sequence(int depth, int line) throws Unreadable {
        List<Data> items = new ArrayList<>();
        while (!events.checkEvent(Event.ID.SequenceEnd)) {
            items.add(node(depth + 1));
        }
        events.getEvent();
        return new Data.Items(items, line);
    }

    private Data mapping(int depth, int line) throws Unreadable {
        List<Data.Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        while (!events.checkEvent(Event.ID.MappingEnd)) {
            Data key = node(depth + 1);
            if (!(key instanceof Data.Leaf leaf)) {
                throw new Unreadable(key.line(), "a key must be plain text");
            }
            String name = strings.share(leaf.text());
            if (!names.add(name)) {
                throw new Unreadable(key.line(), "the key \"" + Excerpt.of(name) + "\" appears twice in one mapping");
            }
            fields.add(new Data.Field(name, node(depth + 1), key.line()));
        }
        events.getEvent();
        return new Data.Fields(fields, line);
    }

    private Data scalar(ScalarEvent event, int line) throws Unreadable {
        String tag = event.getTag();
        if (tag != null && !tag.equals("!") && !tag.equals("tag:yaml.org,2002:str")) {
            throw new Unreadable(line, "the tag " + Excerpt.of(tag) + " is not supported: write a plain value");
        }
        String text = strings.share(event.getValue());
        JsonNode typed = event.isPlain() && tag == null ? plain(text) : null;
        return new Data.Leaf(typed == null ? JsonNodeFactory.instance.textNode(text) : typed, text, line);
    }

    private static @Nullable JsonNode plain(String text) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> json.nullNode();
            case "true", "True", "TRUE" -> json.booleanNode(true);
            case "false", "False", "FALSE" -> json.booleanNode(false);
            default -> number(text);
        };
    }

    private static @Nullable JsonNode number(String text) {
        char first = text.charAt(0);
        if (first > '9' || first < '+') {
            return null;
        }
        if (INTEGER.matcher(text).matches()) {
            return integer(text);
        }
        return DECIMAL.matcher(text).matches() ? JsonNodeFactory.instance.numberNode(Double.parseDouble(text)) : null;
    }

    private static JsonNode integer(String text) {
        String digits = text.startsWith("+") ? text.substring(1) : text;
        if (digits.length() > 18) {
            return JsonNodeFactory.instance.numberNode(new BigInteger(digits));
        }
        long value = Long.parseLong(digits);
        return value == (int) value
                ? JsonNodeFactory.instance.numberNode((int) value)
                : JsonNodeFactory.instance.numberNode(value);
    }

    private static int line(Event event) {
        return event.getStartMark() == null ? 1 : event.getStartMark().getLine() + 1;
    }
}
