package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with arguments: where, what was expected, and the beginning of what was found. */
final class SchemaFindings {
    private static final int MOST = 10;
    private static final int LONGEST = 500;

    private SchemaFindings() {}

    /** Up to ten findings, joined by {@code "; "}. */
    static String describe(Collection<ValidationMessage> messages) {
        Set<String> found = new LinkedHashSet<>();
        int more = 0;
        for (ValidationMessage message : messages) {
            if (found.size() < MOST) {
                found.add(shortened(describe(message)));
            } else {
                more++;
            }
        }
        return String.join("; ", found) + (more > 0 ? "; and " + more + " more" : "");
    }

    private static String describe(ValidationMessage message) {
        String where = message.getInstanceLocation().toString();
        return switch (message.getType()) {
            case "enum" -> root(where) + ": expected one of " + values(message.getSchemaNode()) + got(message);
            case "const" -> root(where) + ": expected " + text(message.getSchemaNode()) + got(message);
            case "type" -> root(where) + ": expected " + types(message.getSchemaNode()) + got(message);
            case "required" -> where + "/" + escaped(message.getProperty()) + ": missing, expected a value";
            case "additionalProperties", "unevaluatedProperties" ->
                where + "/" + escaped(message.getProperty()) + ": unknown argument";
            default -> root(where) + ": " + plain(message, where);
        };
    }

    private static String plain(ValidationMessage message, String where) {
        String said = message.getMessage();
        String prefix = where + ": ";
        return said.startsWith(prefix) ? said.substring(prefix.length()) : said;
    }

    private static String got(ValidationMessage message) {
        JsonNode instance = message.getInstanceNode();
        if (instance == null) {
            return "";
        }
        if (instance.isContainerNode()) {
            return ", got an " + (instance.isArray() ? "array" : "object");
        }
        return ", got " + Excerpt.of(instance.isTextual() ? quoted(instance.asText()) : instance.asText());
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static String values(@Nullable JsonNode allowed) {
        List<String> values = new ArrayList<>();
        if (allowed != null) {
            for (Iterator<JsonNode> each = allowed.elements(); each.hasNext(); ) {
                values.add(text(each.next()));
            }
        }
        return String.join(", ", values);
    }

    private static String types(@Nullable JsonNode type) {
        if (type == null) {
            return "another type";
        }
        return type.isArray() ? values(type).replace(", ", " or ") : text(type);
    }

    private static String text(@Nullable JsonNode value) {
        return value == null ? "another value" : value.isTextual() ? value.asText() : value.toString();
    }

    private static String root(String where) {
        return where.isEmpty() ? "/" : where;
    }

    private static String escaped(@Nullable String name) {
        return name == null ? "" : Excerpt.of(name).replace("~", "~0").replace("/", "~1");
    }

    private static String shortened(String finding) {
        return finding.length() <= LONGEST ? finding : finding.substring(0, LONGEST) + "…";
    }
}
