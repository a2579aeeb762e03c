package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.credential.CredentialRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns the declarations of one file into capabilities: flattens, finds the provider, checks. */
final class CapabilityCompiler {
    /** The property under which a reader passes the metadata that all declarations of a file share. */
    static final String DEFAULTS = "defaults";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,255}");
    private static final Pattern DOT_SEGMENT = Pattern.compile("(^|.*/)(\\.{0,2})(/.*|$)");
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_DESCRIPTION = 16_384;
    private static final JsonNode ANY_OBJECT =
            JsonNodeFactory.instance.objectNode().put("type", "object");

    private final Problems problems;
    private final StringPool strings;
    private final int maxMetadata;
    private @Nullable Data sharedSource;
    private @Nullable FlatMetadata shared;
    private Set<String> lastInherited = Set.of();

    CapabilityCompiler(Problems problems, StringPool strings, int maxMetadata) {
        this.problems = problems;
        this.strings = strings;
        this.maxMetadata = maxMetadata;
    }

    /** The capability, or {@code null} where an error was found and reported. */
    @Nullable
    Capability compile(Declaration declaration) {
        int errors = problems.errors();
        checkId(declaration);
        FlatMetadata metadata = flatten(declaration);
        if (metadata == null) {
            return null;
        }
        JsonNode arguments = arguments(declaration, metadata);
        JsonNode output = output(declaration, metadata);
        ProviderRule.Choice choice =
                new ProviderRule(problems, metadata, providerText(declaration), declaration.line()).choose();
        ProviderChecks.check(choice.provider(), metadata, declaration.line(), problems);
        MetadataChecks.check(metadata, maxMetadata, declaration.line(), problems);
        PolicyChecks.check(declaration.id(), metadata, problems);
        if (problems.errors() == errors) {
            checkCredential(metadata, choice.provider(), declaration.line());
        }
        String name = text(declaration, "name", declaration.id(), LONGEST_NAME);
        String description = text(declaration, "description", "", LONGEST_DESCRIPTION);
        if (problems.errors() > errors) {
            return null;
        }
        return new Capability(
                declaration.id(),
                name,
                description,
                choice.provider(),
                choice.mode(),
                choice.sessionKey(),
                Collections.unmodifiableSortedMap(metadata.values()),
                inherited(metadata),
                strings.share(arguments),
                output,
                new SourceLocation(problems.file(), declaration.line()));
    }

    /** Declarations of a file inherit the same as a rule: they share what says so. */
    private Set<String> inherited(FlatMetadata metadata) {
        Set<String> keys = shared == null ? Set.of() : metadata.inherited();
        if (!keys.equals(lastInherited)) {
            lastInherited = keys;
        }
        return lastInherited;
    }

    private void checkCredential(FlatMetadata metadata, @Nullable String provider, int line) {
        try {
            if (provider != null) {
                for (String url : ServerList.of(metadata.values().getOrDefault(provider + "_server_url", ""))) {
                    CredentialRef.from(metadata.values(), provider, url);
                }
            }
        } catch (IllegalArgumentException e) {
            problems.error(line, String.valueOf(e.getMessage()));
        }
    }

    private void checkId(Declaration declaration) {
        String id = declaration.id();
        if (!ID.matcher(id).matches() || DOT_SEGMENT.matcher(id).matches()) {
            problems.error(
                    declaration.line(),
                    "the id \"" + Excerpt.of(id)
                            + "\" is not usable: expected 1 to 256 letters, digits and . _ - /, none of its parts between / empty");
        }
    }

    private @Nullable FlatMetadata flatten(Declaration declaration) {
        FlatMetadata metadata = start(declaration.properties().get(DEFAULTS));
        if (metadata == null) {
            return null;
        }
        for (Map.Entry<String, Data> property : declaration.properties().entrySet()) {
            String name = property.getKey();
            if (name.equals("metadata")) {
                block(name, "", property.getValue(), metadata);
            } else if (name.endsWith("_metadata")) {
                block(name, name.substring(0, name.length() - "_metadata".length()), property.getValue(), metadata);
            }
        }
        providerBlock("provider", declaration, metadata);
        providerBlock("provider_meta", declaration, metadata);
        readEndpointAsUrl(metadata);
        return metadata;
    }

    private @Nullable FlatMetadata start(@Nullable Data defaults) {
        if (!(defaults instanceof Data.Fields fields)) {
            return new FlatMetadata(problems, strings);
        }
        if (sharedSource != defaults) {
            int errors = problems.errors();
            FlatMetadata flat = new FlatMetadata(problems, strings);
            flat.add(DEFAULTS, "", fields);
            sharedSource = defaults;
            shared = problems.errors() > errors ? null : flat;
        }
        return shared == null ? null : new FlatMetadata(problems, strings, shared);
    }

    private void block(String path, String prefix, Data data, FlatMetadata into) {
        if (data instanceof Data.Fields fields) {
            into.add(path, prefix, fields);
        } else if (!(data instanceof Data.Leaf leaf && leaf.isNull())) {
            problems.error(data.line(), path + " must be a map");
        }
    }

    private void providerBlock(String property, Declaration declaration, FlatMetadata into) {
        if (!(declaration.properties().get(property) instanceof Data.Fields fields)) {
            return;
        }
        String text = providerText(declaration);
        String prefix = text == null ? null : ProviderRule.name(text);
        if (prefix == null) {
            prefix = ProviderRule.onlyBlock(into);
        }
        if (prefix == null) {
            problems.error(
                    fields.line(), property + " names no provider: expected type: with the provider's name in it");
            return;
        }
        List<Data.Field> settings = new ArrayList<>(fields.fields());
        settings.removeIf(field -> field.name().equals("type"));
        into.add(property, prefix, new Data.Fields(settings, fields.line()));
    }

    /** The provider as text: the property itself, or the type in its map. */
    private static @Nullable String providerText(Declaration declaration) {
        for (String property : new String[] {"provider", "provider_meta"}) {
            Data data = declaration.properties().get(property);
            Data text = data instanceof Data.Fields fields ? fields.get("type") : data;
            if (text instanceof Data.Leaf leaf && !leaf.isNull()) {
                return leaf.text();
            }
        }
        return null;
    }

    private void readEndpointAsUrl(FlatMetadata metadata) {
        for (String key : List.copyOf(metadata.values().keySet())) {
            if (key.endsWith("_server_endpoint")) {
                String url = key.substring(0, key.length() - "endpoint".length()) + "url";
                problems.warning(metadata.line(key), key + " is read as " + url);
                metadata.rename(key, url);
            }
        }
    }

    private JsonNode arguments(Declaration declaration, FlatMetadata metadata) {
        JsonNode embedded = moveSchema(metadata, "_input_schema_json");
        JsonNode declared = declaration.inputSchema();
        JsonNode schema = embedded != null ? embedded : declared;
        if (schema == null) {
            return ANY_OBJECT;
        }
        JsonNode read = new SchemaRules(problems, declaration.line(), "the input schema").read(schema);
        return read == null ? ANY_OBJECT : SchemaRules.forArguments(read, problems, declaration.line());
    }

    private @Nullable JsonNode output(Declaration declaration, FlatMetadata metadata) {
        JsonNode embedded = moveSchema(metadata, "_output_schema_json");
        JsonNode schema = embedded != null ? embedded : declaration.outputSchema();
        return schema == null ? null : new SchemaRules(problems, declaration.line(), "the output schema").read(schema);
    }

    /** Takes a schema out of the metadata, where one is kept as JSON text. */
    private static @Nullable JsonNode moveSchema(FlatMetadata metadata, String suffix) {
        JsonNode schema = null;
        for (String key : new TreeMap<>(metadata.values()).keySet()) {
            if (key.endsWith(suffix)) {
                schema = JsonNodeFactory.instance.textNode(
                        String.valueOf(metadata.values().get(key)));
                metadata.remove(key);
            }
        }
        return schema;
    }

    private String text(Declaration declaration, String property, String fallback, int longest) {
        Data data = declaration.properties().get(property);
        if (data == null || (data instanceof Data.Leaf leaf && leaf.isNull())) {
            return fallback;
        }
        if (!(data instanceof Data.Leaf leaf)) {
            problems.error(data.line(), property + " must be text");
            return fallback;
        }
        if (leaf.text().length() > longest) {
            problems.error(data.line(), property + " has more than " + longest + " characters");
        }
        return leaf.text();
    }
}
