package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Catalog;
import dev.serai.gateway.StartException;
import dev.serai.sample.FirstCall;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A dry run: what a call would do, with nothing sent. */
@Command(
        name = "explain",
        description = "Dry run: headers, route, session key and decision, policies; nothing is sent.",
        footer = {
            "%nExamples:",
            "  serai explain " + FirstCall.ID,
            "  serai explain " + FirstCall.ID + " '" + FirstCall.ARGUMENTS + "'"
        })
final class ExplainCommand implements Callable<Integer> {
    private final CliContext cli;

    @Mixin
    private SourceOptions sources = new SourceOptions();

    @Parameters(index = "0", paramLabel = "ID", description = "The capability, or a (call \"id\" {...}) form.")
    private String id = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "JSON", description = "Arguments; - reads standard input.")
    private @Nullable String arguments;

    ExplainCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws StartException {
        Target target = Target.of(id, arguments, cli.in());
        JsonNode checked = arguments == null && !CallExpression.looksLike(id) ? null : target.arguments();
        try (LocalGateway gateway = cli.gateways().start(sources.gateway(cli.home(), false, null))) {
            Catalog catalog = gateway.catalog();
            if (catalog.find(target.id()) == null) {
                throw new CliException(ExitCode.FAILED, Suggestions.unknown(target.id(), catalog));
            }
            cli.out()
                    .println(Json.indented(gateway.explain(target.id(), checked).document()));
        }
        return ExitCode.OK;
    }
}
