package dev.serai.cli;

import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One declaration, as the gateway understands it. */
@Command(
        name = "show",
        description = "Show one declaration with its flattened headers and schema.",
        footer = {"%nExamples:", "  serai show " + dev.serai.sample.FirstCall.ID})
final class ShowCommand implements Callable<Integer> {
    private final CliContext cli;

    @Mixin
    private SourceOptions sources = new SourceOptions();

    @Parameters(paramLabel = "ID", description = "The capability.")
    private String id = "";

    ShowCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        Catalog catalog = cli.catalogs().apply(sources.capabilityRoots(cli.home()));
        Capability capability = catalog.find(id);
        if (capability == null) {
            catalog.problems().forEach(cli.err()::println);
            throw new CliException(ExitCode.FAILED, Suggestions.unknown(id, catalog));
        }
        String unavailable = Providers.below(sources.routeRoots(cli.home()), sources.listed(cli.home()))
                .unavailable(capability);
        printFacts(capability, unavailable == null ? "yes" : "no: " + unavailable);
        printHeaders(capability);
        cli.out()
                .println("\ninput schema:\n"
                        + Json.indented(capability.arguments().json()));
        if (capability.outputSchema() != null) {
            cli.out().println("\noutput schema:\n" + Json.indented(capability.outputSchema()));
        }
        return ExitCode.OK;
    }

    private void printFacts(Capability capability, String available) {
        String session = ListCommand.session(capability.sessionMode());
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("id:", capability.id()));
        facts.add(List.of("name:", capability.name()));
        facts.add(List.of("description:", capability.description().replaceAll("\\s+", " ")));
        facts.add(List.of("provider:", capability.provider() == null ? "-" : capability.provider()));
        facts.add(List.of(
                "session:",
                capability.sessionKey() == null ? session : session + " (" + capability.sessionKey() + ")"));
        facts.add(List.of("available:", available));
        facts.add(List.of("source:", capability.source().toString()));
        Table.print(facts, cli.out());
    }

    private void printHeaders(Capability capability) {
        cli.out().println("\nheaders:");
        List<List<String>> rows = new ArrayList<>();
        capability.metadata().forEach((key, value) -> rows.add(List.of("  " + key, value)));
        if (rows.isEmpty()) {
            cli.out().println("  none");
        } else {
            Table.print(rows, cli.out());
        }
    }
}
