package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads declarations from YAML: a list {@code capabilities:} and metadata shared by all of them, {@code defaults:}. */
final class YamlReader implements DeclarationReader {
    private static final Set<String> TOP = Set.of("capabilities", "defaults");
    private static final String KNOWN =
            "id, name, description, version, provider, metadata, input_schema, output_schema";
    private static final Set<String> FIELDS =
            Set.of("id", "name", "description", "version", "provider", "metadata", "input_schema", "output_schema");

    @Override
    public List<Declaration> read(String text, StringPool strings, Problems problems) {
        List<Declaration> declarations = new ArrayList<>();
        try {
            for (Data document : YamlTree.read(text, strings)) {
                document(document, declarations, problems);
            }
        } catch (Unreadable e) {
            problems.error(e.line(), e.message());
            return List.of();
        }
        return declarations;
    }

    private static void document(Data document, List<Declaration> into, Problems problems) {
        if (document instanceof Data.Leaf leaf && leaf.isNull()) {
            return;
        }
        if (!(document instanceof Data.Fields top)) {
            problems.error(document.line(), "expected a mapping with capabilities: at the top of the file");
            return;
        }
        for (Data.Field field : top.fields()) {
            if (!TOP.contains(field.name())) {
                problems.warning(
                        field.line(),
                        "unknown field \"" + Excerpt.of(field.name()) + "\"; known fields: capabilities, defaults");
            }
        }
        Data.@Nullable Fields defaults = defaults(top, problems);
        Data list = top.get("capabilities");
        if (list instanceof Data.Items items) {
            items.items().forEach(item -> declaration(item, defaults, into, problems));
        } else if (!(list instanceof Data.Leaf leaf && leaf.isNull())) {
            problems.error(
                    list == null ? top.line() : list.line(),
                    "expected capabilities: with a list of declarations below it");
        }
    }

    private static Data.@Nullable Fields defaults(Data.Fields top, Problems problems) {
        Data defaults = top.get("defaults");
        if (defaults == null || (defaults instanceof Data.Leaf leaf && leaf.isNull())) {
            return null;
        }
        if (!(defaults instanceof Data.Fields fields)) {
            problems.error(defaults.line(), "defaults: must be a mapping of metadata blocks");
            return null;
        }
        boolean wrapped = fields.fields().size() == 1 && fields.get("metadata") instanceof Data.Fields;
        return wrapped ? (Data.Fields) fields.get("metadata") : fields;
    }

    private static void declaration(
            Data item, Data.@Nullable Fields defaults, List<Declaration> into, Problems problems) {
        if (!(item instanceof Data.Fields fields)) {
            problems.error(item.line(), "expected a mapping with id: for each capability");
            return;
        }
        Data id = fields.get("id");
        if (!(id instanceof Data.Leaf leaf) || leaf.isNull()) {
            problems.error(item.line(), "the declaration has no id; expected id: with the capability's name");
            return;
        }
        Map<String, Data> properties = new TreeMap<>();
        for (Data.Field field : fields.fields()) {
            String name = field.name().replace('-', '_');
            if (!FIELDS.contains(name)) {
                problems.warning(
                        field.line(), "unknown field \"" + Excerpt.of(field.name()) + "\"; known fields: " + KNOWN);
            } else if (properties.put(name, field.value()) != null) {
                problems.error(field.line(), "the field " + name + " is given twice, with - and with _");
                return;
            }
        }
        if (defaults != null) {
            properties.put(CapabilityCompiler.DEFAULTS, defaults);
        }
        Data input = properties.remove("input_schema");
        Data output = properties.remove("output_schema");
        properties.remove("id");
        into.add(new Declaration(leaf.text(), properties, json(input), json(output), item.line()));
    }

    private static @Nullable JsonNode json(@Nullable Data schema) {
        return schema == null || (schema instanceof Data.Leaf leaf && leaf.isNull()) ? null : schema.toJson();
    }
}
