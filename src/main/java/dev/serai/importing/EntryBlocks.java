package dev.serai.importing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A file of declarations as text: its head, and the lines of each declaration, so that those unchanged stay as they are. */
final class EntryBlocks {
    private static final int LARGEST = 64 << 20;
    private static final String FORM =
            "expected the form that import writes: capabilities: last in the file, below it one \"- id: …\" a line";

    private final String head;
    private final List<Block> blocks;

    /** @param tree what the text says */
    record Block(String text, Map<String, Object> tree) {}

    private EntryBlocks(String head, List<Block> blocks) {
        this.head = head;
        this.blocks = blocks;
    }

    String head() {
        return head;
    }

    List<Block> blocks() {
        return blocks;
    }

    /** @throws IllegalArgumentException saying what is wrong with the text */
    static EntryBlocks of(String text) {
        try {
            List<String> lines = text.lines().toList();
            List<Integer> starts = starts(text, lines);
            List<Map<String, Object>> trees = trees(text);
            if (starts.size() != trees.size()) {
                throw new IllegalArgumentException(FORM);
            }
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < starts.size(); i++) {
                int end = i + 1 < starts.size() ? starts.get(i + 1) : lines.size();
                blocks.add(new Block(joined(lines.subList(starts.get(i), end)), trees.get(i)));
            }
            int first = starts.isEmpty() ? lines.size() : starts.get(0);
            return new EntryBlocks(joined(lines.subList(0, first)), blocks);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("it is no valid YAML", e);
        }
    }

    private static String joined(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static LoadSettings settings() {
        return LoadSettings.builder()
                .setUseMarks(true)
                .setCodePointLimit(LARGEST)
                .build();
    }

    private static List<Integer> starts(String text, List<String> lines) {
        Optional<Node> top = new Compose(settings()).composeString(text);
        if (top.isEmpty() || !(top.get() instanceof MappingNode map)) {
            throw new IllegalArgumentException(FORM);
        }
        List<NodeTuple> fields = map.getValue();
        NodeTuple last = fields.get(fields.size() - 1);
        if (!(last.getKeyNode() instanceof ScalarNode key)
                || !key.getValue().equals("capabilities")
                || !(last.getValueNode() instanceof SequenceNode list)) {
            throw new IllegalArgumentException(FORM);
        }
        List<Integer> starts = new ArrayList<>();
        for (Node item : list.getValue()) {
            int line = item.getStartMark().map(Mark::getLine).orElse(-1);
            boolean own = line >= 0
                    && lines.get(line).stripLeading().startsWith("- ")
                    && (starts.isEmpty() || line > starts.get(starts.size() - 1));
            if (!own) {
                throw new IllegalArgumentException(FORM);
            }
            starts.add(line);
        }
        return starts;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> trees(String text) {
        List<Map<String, Object>> trees = new ArrayList<>();
        Object top = new Load(settings()).loadFromString(text);
        if (top instanceof Map<?, ?> map && map.get("capabilities") instanceof List<?> list) {
            for (Object item : list) {
                if (!(item instanceof Map<?, ?>)) {
                    throw new IllegalArgumentException(FORM);
                }
                trees.add((Map<String, Object>) item);
            }
        }
        return trees;
    }

    /** A declaration as lines of a list. */
    static String written(Map<String, Object> entry) {
        StringBuilder text = new StringBuilder();
        dumped(entry).lines().forEach(line -> text.append(text.isEmpty() ? "  - " : line.isEmpty() ? "" : "    ")
                .append(line)
                .append('\n'));
        return text.append('\n').toString();
    }

    /** The beginning of a file whose list of declarations is still empty. */
    static String head(String comment, Map<String, Object> shared, String provider) {
        Map<String, Object> defaults = new LinkedHashMap<>();
        defaults.put("defaults", Map.of("metadata", Map.of(provider, shared)));
        return "# " + comment + "\n" + dumped(defaults) + "\ncapabilities:\n";
    }

    private static String dumped(Map<String, Object> tree) {
        return new Dump(DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setSplitLines(false)
                        .build())
                .dumpToString(tree);
    }
}
