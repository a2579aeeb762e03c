package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads one {@code (capability …)} form, from behind its opening word to behind its closing bracket. */
final class RtfsForm {
    static final String OPENING = "(capability";

    private static final String KNOWN =
            ":name :description :version :provider :provider-meta :metadata :input-schema :output-schema";
    private static final Set<String> USED =
            Set.of("id", "name", "description", "version", "provider", "provider_meta", "metadata");
    private static final Set<String> TEXTS = Set.of("name", "description");
    /** Code, which is never needed: skipped unread, because it need not even be valid EDN. */
    private static final Set<String> CODE = Set.of("implementation", "steps");

    private static final Set<String> IGNORED = Set.of(
            "effects",
            "permissions",
            "language",
            "parameters",
            "returns",
            "cost",
            "capabilities_required",
            "source_url",
            "discovery_method",
            "capability_type",
            "created_at");

    private final EdnText text;
    private final EdnReader values;
    private final Problems problems;
    private final EdnText.Mark start;
    private final Map<String, Data> properties = new TreeMap<>();
    private final Set<String> seen = new HashSet<>();
    private @Nullable JsonNode input;
    private @Nullable JsonNode output;

    RtfsForm(EdnText text, EdnReader values, Problems problems, EdnText.Mark start) {
        this.text = text;
        this.values = values;
        this.problems = problems;
        this.start = start;
    }

    /** The declaration, or {@code null} where it has no usable id (reported). */
    @Nullable
    Declaration read() throws Unreadable {
        String id = positionalId();
        boolean open = true;
        while (open && values.more()) {
            open = property();
        }
        if (open) {
            expectEnd();
        }
        Data property = properties.remove("id");
        if (id == null) {
            id = fallbackId(property);
        }
        return id == null ? null : new Declaration(id, properties, input, output, start.line());
    }

    private void expectEnd() throws Unreadable {
        if (text.peek() != ')') {
            throw text.atEnd()
                    ? new Unreadable(start.line(), "(capability is not closed: expected ) before the end of the file")
                    : new Unreadable(
                            text.line(), "expected ) for the form of line " + start.line() + ", got " + text.peek());
        }
        text.advance(1);
    }

    private @Nullable String positionalId() throws Unreadable {
        if (!values.more()) {
            return null;
        }
        EdnText.Mark first = text.mark();
        if (values.value() instanceof Edn.Atom atom) {
            if (atom.isString()) {
                return atom.name();
            }
            if (atom.isSymbol()) {
                problems.warning(atom.line(), "the id is an unquoted symbol; write \"" + atom.name() + "\"");
                return atom.name();
            }
            if (atom.isKeyword()) {
                refuseKeywordId(atom);
                text.reset(first);
                return null;
            }
        }
        throw new Unreadable(first.line(), "expected the id in quotes behind (capability");
    }

    private void refuseKeywordId(Edn.Atom first) throws Unreadable {
        if (values.more() && text.peek() == ':') {
            throw new Unreadable(
                    first.line(),
                    "the id " + first.written() + " is a keyword; write \"" + first.name() + "\" in quotes");
        }
    }

    private @Nullable String fallbackId(@Nullable Data property) {
        if (property instanceof Data.Leaf leaf && !leaf.isNull()) {
            problems.warning(leaf.line(), "the id stands in :id; write (capability \"" + leaf.text() + "\" …)");
            return leaf.text();
        }
        problems.error(start.line(), "the declaration has no id; expected (capability \"id\" …)");
        return null;
    }

    /** Reads a property with its value; false where the form has ended with it. */
    private boolean property() throws Unreadable {
        int line = text.line();
        if (!(values.value() instanceof Edn.Atom key && key.isKeyword())) {
            throw new Unreadable(
                    line, "expected a keyword such as :name, or ) at the end of the form: properties come in pairs");
        }
        String name = String.valueOf(key.name()).replace('-', '_');
        if (!seen.add(name)) {
            throw new Unreadable(line, "the property " + key.written() + " appears twice");
        }
        if (CODE.contains(name)) {
            return skipCode();
        }
        if (!values.more()) {
            throw new Unreadable(line, "the property " + key.written() + " has no value");
        }
        take(name, key, TEXTS.contains(name) ? text() : values.value());
        return true;
    }

    private Edn text() throws Unreadable {
        EdnText.Mark at = text.mark();
        Edn value = values.value();
        boolean careless = values.more() && !text.atKeyword() && "([{".indexOf(text.peek()) < 0;
        if (careless && value instanceof Edn.Atom atom && atom.isString()) {
            text.reset(at);
            return values.text();
        }
        return value;
    }

    private void take(String name, Edn.Atom key, Edn value) throws Unreadable {
        if (name.equals("input_schema")) {
            input = new RtfsTypes(problems).arguments(value);
        } else if (name.equals("output_schema")) {
            output = new RtfsTypes(problems).schema(value);
        } else if (USED.contains(name) || name.endsWith("_metadata")) {
            properties.put(name, EdnData.of(value));
        } else if (!IGNORED.contains(name)) {
            if (value instanceof Edn.Atom atom && atom.isSymbol()) {
                throw new Unreadable(atom.line(), EdnData.unquoted(atom));
            }
            problems.warning(key.line(), "unknown property " + key.written() + "; known properties: " + KNOWN);
        }
    }

    /**
     * Skips everything to the next property of this form or to its end. Pasted text can unbalance code: then the form
     * ends where the next one begins.
     */
    private boolean skipCode() {
        int line = text.line();
        try {
            boolean skipped = false;
            while (values.more() && !(skipped && text.peek() == ':')) {
                text.skipValue();
                skipped = true;
            }
            if (text.peek() == ':' || text.peek() == ')') {
                return true;
            }
        } catch (Unreadable e) {
            problems.warning(e.line(), "the implementation is not balanced (" + e.message() + "): it is ignored");
            text.skipToLookAlike(start, OPENING);
            return false;
        }
        problems.warning(line, "the implementation is not balanced: it is ignored");
        text.skipToLookAlike(start, OPENING);
        return false;
    }
}
