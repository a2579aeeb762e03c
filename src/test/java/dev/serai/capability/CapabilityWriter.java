package dev.serai.capability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes capabilities as declarations that read back as the same capabilities. Text is always quoted and escaped. */
public final class CapabilityWriter {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private CapabilityWriter() {}

    /** One YAML file with all of them. */
    public static String yaml(Collection<Capability> capabilities) {
        StringBuilder out = new StringBuilder("capabilities:").append(capabilities.isEmpty() ? " []\n" : "\n");
        for (Capability capability : capabilities) {
            out.append("  - id: ").append(quoted(capability.id())).append('\n');
            texts(capability, (name, text) -> yamlField(out, name, quoted(text)));
            if (!capability.metadata().isEmpty()) {
                out.append("    metadata:\n");
                blocks(capability).forEach((block, fields) -> yamlBlock(out, block, fields));
            }
            yamlField(out, "input_schema", json(capability.arguments().json()));
            if (capability.outputSchema() != null) {
                yamlField(out, "output_schema", json(capability.outputSchema()));
            }
        }
        return out.toString();
    }

    private static void yamlField(StringBuilder out, String name, String value) {
        out.append("    ").append(name).append(": ").append(value).append('\n');
    }

    private static void yamlBlock(StringBuilder out, String block, SortedMap<String, String> fields) {
        boolean nested = !block.isEmpty();
        if (nested) {
            out.append("      ").append(block).append(":\n");
        }
        fields.forEach((name, value) -> out.append(nested ? "        " : "      ")
                .append(quoted(name))
                .append(": ")
                .append(quoted(value))
                .append('\n'));
    }

    /** One RTFS file with all of them; the schemas are JSON Schema as text. */
    public static String rtfs(Collection<Capability> capabilities) {
        StringBuilder out = new StringBuilder();
        for (Capability capability : capabilities) {
            out.append("(capability ").append(quoted(capability.id()));
            texts(capability, (name, text) -> rtfsProperty(out, name, quoted(text)));
            if (!capability.metadata().isEmpty()) {
                out.append("\n  :metadata {");
                blocks(capability).forEach((block, fields) -> rtfsBlock(out, block, fields));
                out.append("\n  }");
            }
            rtfsProperty(out, "input-schema", quoted(json(capability.arguments().json())));
            if (capability.outputSchema() != null) {
                rtfsProperty(out, "output-schema", quoted(json(capability.outputSchema())));
            }
            out.append(")\n\n");
        }
        return out.toString();
    }

    private static void rtfsProperty(StringBuilder out, String name, String value) {
        out.append("\n  :").append(name).append(' ').append(value);
    }

    private static void rtfsBlock(StringBuilder out, String block, SortedMap<String, String> fields) {
        boolean nested = !block.isEmpty();
        if (nested) {
            out.append("\n    :").append(block).append(" {");
        }
        fields.forEach((name, value) -> out.append(nested ? "\n      " : "\n    ")
                .append(Character.isDigit(name.charAt(0)) ? quoted(name) : ":" + name)
                .append(' ')
                .append(quoted(value)));
        if (nested) {
            out.append("\n    }");
        }
    }

    private static void texts(Capability capability, BiConsumer<String, String> out) {
        if (!capability.name().equals(capability.id())) {
            out.accept("name", capability.name());
        }
        if (!capability.description().isEmpty()) {
            out.accept("description", capability.description());
        }
        if (capability.provider() != null) {
            out.accept("provider", capability.provider());
        }
    }

    /** The metadata by block: the provider's, else what precedes the first {@code _}; "" for keys without one. */
    private static SortedMap<String, SortedMap<String, String>> blocks(Capability capability) {
        SortedMap<String, SortedMap<String, String>> blocks = new TreeMap<>();
        for (Map.Entry<String, String> entry : capability.metadata().entrySet()) {
            String key = entry.getKey();
            String block = block(key, capability.provider());
            String name = block.isEmpty() ? key : key.substring(block.length() + 1);
            blocks.computeIfAbsent(block, any -> new TreeMap<>()).put(name, entry.getValue());
        }
        return blocks;
    }

    private static String block(String key, @Nullable String provider) {
        if (provider != null && key.startsWith(provider + "_") && key.length() > provider.length() + 1) {
            return provider;
        }
        int end = key.indexOf('_');
        return end > 0 && end < key.length() - 1 ? key.substring(0, end) : "";
    }

    private static String json(JsonNode schema) {
        try {
            return JSON.writeValueAsString(schema).replace("\u007f", "\\u007f");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree that cannot be written", e);
        }
    }

    /** Quoted text, the same for YAML and EDN. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (isPlain(c)) {
                        out.append(c);
                    } else {
                        out.append(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    private static boolean isPlain(char c) {
        return (c >= ' ' && c < 0x7f) || (c > 0xa0 && c < 0x2000) || (c > 0x206f && c < 0xd800);
    }
}
