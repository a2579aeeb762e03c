package dev.serai.importing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** The file of declarations that an import makes, or brings up to date. */
public final class ImportFile {
    private final String text;
    private final ImportReport report;

    private ImportFile(String text, ImportReport report) {
        this.text = text;
        this.report = report;
    }

    public String text() {
        return text;
    }

    public ImportReport report() {
        return report;
    }

    /**
     * Puts what a server offers into the text of a file.
     *
     * @param before the file's text; {@code null} where there is none yet
     * @param refused names of tools that are not taken, each with why
     * @throws IllegalArgumentException if the text is none that can be brought up to date
     */
    public static ImportFile merge(
            @Nullable String before, ImportPlan plan, ImportedServer server, Map<String, String> refused) {
        ImportReport report = new ImportReport();
        Offered offered = Offered.of(plan, server, refused, report);
        ManagedFields fields = new ManagedFields(plan.provider());
        StringBuilder text = new StringBuilder();
        if (before == null) {
            text.append(EntryBlocks.head(
                    "Imported with: serai import " + plan.provider()
                            + " URL. What is edited here stays when it is imported again.",
                    shared(plan, server),
                    plan.provider()));
        } else {
            EntryBlocks known = EntryBlocks.of(before);
            text.append(known.head());
            for (EntryBlocks.Block block : known.blocks()) {
                text.append(updated(block, fields, offered, report));
            }
        }
        offered.left().forEach((id, tool) -> {
            report.added().add(id);
            text.append(EntryBlocks.written(fields.entry(id, tool)));
        });
        return new ImportFile(text.toString(), report);
    }

    private static Map<String, Object> shared(ImportPlan plan, ImportedServer server) {
        Map<String, Object> shared = new LinkedHashMap<>();
        shared.put("server_url", plan.url());
        shared.putAll(server.metadata());
        if (plan.authEnv() != null) {
            shared.keySet().removeIf(key -> key.startsWith("oauth_"));
            shared.put("auth_env_var", plan.authEnv());
        }
        return shared;
    }

    /** Takes the tool that the block declares out of what is offered. */
    private static String updated(EntryBlocks.Block block, ManagedFields fields, Offered offered, ImportReport report) {
        Map<String, Object> entry = block.tree();
        String id = String.valueOf(entry.get("id"));
        String name = fields.tool(entry);
        ImportedTool tool = name == null ? null : offered.take(name);
        if (!fields.isImported(entry)) {
            return block.text();
        }
        if (tool == null) {
            if (fields.isUntouched(entry)) {
                report.removed().add(id);
                return "";
            }
            report.kept().add(id + ": the server does not offer it any more, but it was edited here");
            return block.text();
        }
        List<String> changed = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        String was = EntryBlocks.written(entry);
        fields.update(entry, tool, changed, kept);
        if (!changed.isEmpty()) {
            report.changed().add(id + ": " + String.join(", ", changed));
        }
        if (!kept.isEmpty()) {
            report.kept().add(id + ": " + String.join(", ", kept) + " was edited here and changed at the server");
        }
        String now = EntryBlocks.written(entry);
        return now.equals(was) ? block.text() : now;
    }

    /**
     * Which tools have a declaration that is wrong.
     *
     * @param problems by lines of the text, counted from 1
     * @return why, by the tools' names; empty where one of the problems is in no imported declaration
     */
    public static Map<String, String> wrongTools(String text, String provider, NavigableMap<Integer, String> problems) {
        EntryBlocks all = EntryBlocks.of(text);
        ManagedFields fields = new ManagedFields(provider);
        Map<String, String> found = new HashMap<>();
        int counted = 0;
        int line = (int) all.head().lines().count();
        for (EntryBlocks.Block block : all.blocks()) {
            int end = line + (int) block.text().lines().count();
            Map<Integer, String> here = problems.subMap(line, false, end, true);
            String tool = fields.tool(block.tree());
            if (!here.isEmpty() && tool != null && fields.isImported(block.tree())) {
                found.put(tool, here.values().iterator().next());
                counted += here.size();
            }
            line = end;
        }
        return counted == problems.size() ? found : Map.of();
    }
}
