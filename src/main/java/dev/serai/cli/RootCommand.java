package dev.serai.cli;

import dev.serai.sample.FirstCall;
import picocli.CommandLine.Command;

/** The command without a verb: prints help. */
@Command(
        name = "serai",
        description = "A capability gateway on Apache Camel.",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = picocli.CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "VERB",
        footer = {
            "%nExamples:",
            "  serai demo",
            "  serai call " + FirstCall.ID + " '" + FirstCall.ARGUMENTS + "'",
            "  serai VERB --help"
        })
final class RootCommand {}
