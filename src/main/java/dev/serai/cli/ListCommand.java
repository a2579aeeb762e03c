package dev.serai.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.capability.SessionMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The catalogue, without starting a gateway. */
@Command(
        name = "list",
        description = "List the capabilities.",
        footer = {"%nExamples:", "  serai list", "  serai list --json", "  serai list --capabilities my-capabilities"})
final class ListCommand implements Callable<Integer> {
    private static final int DESCRIPTION_WIDTH = 72;

    private final CliContext cli;

    @Mixin
    private SourceOptions sources = new SourceOptions();

    @Option(names = "--json", description = "Print a JSON array, with schemas.")
    private boolean json;

    ListCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        Catalog catalog = cli.catalogs().apply(sources.capabilityRoots(cli.home()));
        Providers providers = Providers.below(sources.routeRoots(cli.home()), sources.listed(cli.home()));
        catalog.problems().forEach(cli.err()::println);
        if (json) {
            printJson(catalog, providers);
        } else {
            printTable(catalog, providers);
        }
        return ExitCode.OK;
    }

    private void printTable(Catalog catalog, Providers providers) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "PROVIDER", "SESSION", "AVAILABLE", "DESCRIPTION"));
        for (Capability capability : catalog.all()) {
            String reason = providers.unavailable(capability);
            rows.add(List.of(
                    capability.id(),
                    orDash(capability.provider()),
                    session(capability.sessionMode()),
                    reason == null ? "yes" : "no: " + reason,
                    oneLine(capability.description())));
        }
        Table.print(rows, cli.out());
    }

    private void printJson(Catalog catalog, Providers providers) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Capability capability : catalog.all()) {
            array.add(describe(capability, providers.unavailable(capability)));
        }
        cli.out().println(cli.terminal() ? Json.indented(array) : Json.compact(array));
    }

    private static ObjectNode describe(Capability capability, @Nullable String unavailable) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", capability.id());
        node.put("name", capability.name());
        node.put("description", capability.description());
        node.put("provider", capability.provider());
        node.put("session", session(capability.sessionMode()));
        node.put("available", unavailable == null);
        if (unavailable != null) {
            node.put("reason", unavailable);
        }
        node.put("source", capability.source().toString());
        node.set("input_schema", capability.arguments().json());
        if (capability.outputSchema() != null) {
            node.set("output_schema", capability.outputSchema());
        }
        return node;
    }

    static String session(SessionMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= DESCRIPTION_WIDTH ? line : line.substring(0, DESCRIPTION_WIDTH - 3) + "...";
    }
}
