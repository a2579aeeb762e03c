package dev.serai.capability;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import us.bpsm.edn.Keyword;
import us.bpsm.edn.Symbol;
import us.bpsm.edn.parser.Parser;
import us.bpsm.edn.parser.Parsers;

/**
 * Reads EDN values with their lines. Brackets, comments and marks are read here, because edn-java keeps no places and
 * drops comments; every single value is read by edn-java.
 */
final class EdnReader {
    static final int DEEPEST = 100;

    private static final String ESCAPES = "expected text with only the escapes \\n \\t \\r \\\" \\\\ \\uXXXX";
    private static final int MOST_TOKENS = 10_000;

    private final Parser parser = Parsers.newParser(Parsers.defaultConfiguration());
    private final EdnText text;
    private final StringPool strings;
    private final Map<String, Object> tokens = new HashMap<>();

    EdnReader(EdnText text, StringPool strings) {
        this.text = text;
        this.strings = strings;
    }

    /** The next value; the text must not be at its end nor at a closing bracket. */
    Edn value() throws Unreadable {
        return value(0);
    }

    private Edn value(int depth) throws Unreadable {
        int line = text.line();
        if (depth > DEEPEST) {
            throw new Unreadable(line, "nested deeper than " + DEEPEST + " levels");
        }
        return switch (text.peek()) {
            case '(' -> group(Edn.Kind.LIST, depth);
            case '[' -> group(Edn.Kind.VECTOR, depth);
            case '{' -> group(Edn.Kind.MAP, depth);
            case '#' -> dispatch(depth);
            case '"' -> string(line);
            default -> token(line);
        };
    }

    /**
     * Reads text in quotes that may hold unescaped quotes, as pasted descriptions do: it ends where another property
     * or the end of the form follows.
     */
    Edn.Atom text() throws Unreadable {
        int line = text.line();
        EdnText.Mark start = text.mark();
        text.skipCarelessString();
        String inner = text.since(start);
        if (inner.lines().anyMatch(written -> written.stripLeading().startsWith(RtfsForm.OPENING))) {
            throw new Unreadable(line, "expected a keyword or ) behind the text, before the next declaration");
        }
        String escaped = inner.substring(1, inner.length() - 1).replaceAll("(?<!\\\\)\"", "\\\\\"");
        return parsed('"' + escaped + '"', line, ESCAPES);
    }

    /** Skips space, comments and discarded values ({@code #_ value}); true while there is more before a closing bracket. */
    boolean more() throws Unreadable {
        text.skipSpace();
        while (text.peek() == '#' && text.peek(1) == '_') {
            text.advance(2);
            text.skipValue();
            text.skipSpace();
        }
        char c = text.peek();
        return !text.atEnd() && c != ')' && c != ']' && c != '}';
    }

    private Edn.Group group(Edn.Kind kind, int depth) throws Unreadable {
        int line = text.line();
        text.advance(kind.open().length());
        List<Edn> items = new ArrayList<>();
        BitSet optional = new BitSet();
        while (more()) {
            markIfSaid(optional, items);
            items.add(value(depth + 1));
            if (text.peek() == '?') {
                text.advance(1);
                optional.set(items.size() - 1);
            }
        }
        markIfSaid(optional, items);
        if (text.peek() != kind.close()) {
            throw new Unreadable(
                    text.atEnd() ? line : text.line(),
                    text.atEnd()
                            ? kind.open() + " is not closed: expected " + kind.close() + " before the end of the file"
                            : "expected " + kind.close() + " for the " + kind.open() + " of line " + line + ", got "
                                    + text.peek());
        }
        text.advance(1);
        return new Edn.Group(kind, items, optional, line);
    }

    private void markIfSaid(BitSet optional, List<Edn> items) {
        if (text.tookOptionalMark() && !items.isEmpty()) {
            optional.set(items.size() - 1);
        }
    }

    private Edn dispatch(int depth) throws Unreadable {
        if (text.peek(1) == '{') {
            return group(Edn.Kind.SET, depth);
        }
        int line = text.line();
        EdnText.Mark start = text.mark();
        text.skipToken();
        String tag = text.since(start);
        if (tag.length() < 2 || !Character.isLetter(tag.charAt(1))) {
            throw new Unreadable(
                    line, "\"" + Excerpt.of(tag) + "\" is not data: expected a value, quoted if it is text");
        }
        if (!more()) {
            throw new Unreadable(line, "the tag " + Excerpt.of(tag) + " has no value behind it");
        }
        Edn tagged = value(depth + 1);
        String name = tagged instanceof Edn.Atom atom ? atom.name() : null;
        return name != null ? new Edn.Atom(name, name, line) : tagged;
    }

    private Edn string(int line) throws Unreadable {
        EdnText.Mark start = text.mark();
        text.skipString();
        String quoted = text.since(start);
        if (quoted.indexOf('\\') < 0) {
            String plain = strings.share(quoted.substring(1, quoted.length() - 1));
            return new Edn.Atom(plain, plain, line);
        }
        return parsed(quoted, line, ESCAPES);
    }

    private Edn token(int line) throws Unreadable {
        EdnText.Mark start = text.mark();
        text.skipToken();
        String token = strings.share(text.since(start));
        if (token.contains(":/")) {
            throw new Unreadable(line, "unquoted text \"" + Excerpt.of(token) + "\": put a URL in quotes");
        }
        Object known = tokens.get(token);
        if (known != null) {
            return new Edn.Atom(known, token, line);
        }
        return switch (token) {
            case "nil" -> new Edn.Atom(null, token, line);
            case "true" -> new Edn.Atom(true, token, line);
            case "false" -> new Edn.Atom(false, token, line);
            default -> remembered(token, parsed(token, line, "expected a number, keyword, symbol or quoted text"));
        };
    }

    private Edn.Atom remembered(String token, Edn.Atom atom) {
        if (tokens.size() < MOST_TOKENS && atom.value() != null) {
            tokens.put(token, atom.value());
        }
        return atom;
    }

    private Edn.Atom parsed(String written, int line, String expected) throws Unreadable {
        Object value;
        try {
            value = parser.nextValue(Parsers.newParseable(written));
        } catch (RuntimeException e) {
            throw new Unreadable(line, "\"" + Excerpt.of(written) + "\" is not valid here: " + expected);
        }
        boolean known = value instanceof Keyword
                || value instanceof Symbol
                || value instanceof String
                || value instanceof Number
                || value instanceof Character;
        if (!known) {
            throw new Unreadable(line, "\"" + Excerpt.of(written) + "\" is not valid here: " + expected);
        }
        return new Edn.Atom(value, value instanceof String string ? strings.share(string) : written, line);
    }
}
