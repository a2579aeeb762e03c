package dev.serai.cli;

import dev.serai.gateway.StartException;
import dev.serai.invocation.CapabilityException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The command line: finds the verb, runs it, turns every failure into one message and an {@link ExitCode}. */
final class Cli {
    private static final Map<String, Function<CliContext, Callable<Integer>>> VERBS = verbs();

    /** No example of the help is longer: each can be copied. */
    private static final int HELP_WIDTH = 100;

    private final CliContext context;

    Cli(CliContext context) {
        this.context = context;
    }

    private static Map<String, Function<CliContext, Callable<Integer>>> verbs() {
        Map<String, Function<CliContext, Callable<Integer>>> verbs = new LinkedHashMap<>();
        verbs.put("run", RunCommand::new);
        verbs.put("demo", DemoCommand::new);
        verbs.put("call", CallCommand::new);
        verbs.put("list", ListCommand::new);
        verbs.put("show", ShowCommand::new);
        verbs.put("explain", ExplainCommand::new);
        verbs.put("check", CheckCommand::new);
        verbs.put("import", ImportCommand::new);
        verbs.put("stdio", StdioCommand::new);
        verbs.put("sessions", SessionsCommand::new);
        verbs.put("dead-letters", DeadLettersCommand::new);
        verbs.put("reload", ReloadCommand::new);
        verbs.put("api-key", ApiKeyCommand::new);
        return verbs;
    }

    /** Runs one command line and returns its exit code. */
    int run(String... arguments) {
        List<String> args = new ArrayList<>(List.of(arguments));
        if (args.isEmpty()) {
            args.add("--help");
        } else if (CallExpression.looksLike(args.get(0))) {
            args.add(0, "call");
        }
        int exitCode = commandLine(args.get(0)).execute(args.toArray(String[]::new));
        context.out().flush();
        context.err().flush();
        return exitCode;
    }

    /** Only the verb that is asked for is loaded: a start pays for nothing else. */
    private CommandLine commandLine(String verb) {
        CommandLine root = new CommandLine(new RootCommand());
        VERBS.forEach((name, command) -> {
            if (name.equals(verb) || !VERBS.containsKey(verb)) {
                root.addSubcommand(name, command.apply(context));
            }
        });
        return root.setExpandAtFiles(false)
                .setUsageHelpWidth(HELP_WIDTH)
                .setOut(new PrintWriter(context.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(context.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(this::wrongUsage)
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure));
    }

    private int wrongUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        if (!VERBS.containsKey(arguments[0]) && !arguments[0].startsWith("-")) {
            return unknownVerb(arguments[0]);
        }
        context.err().println("serai: " + failure.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, command.getErr());
        context.err().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private int unknownVerb(String verb) {
        List<String> near = Suggestions.closest(verb, VERBS.keySet().stream());
        String hint = near.isEmpty()
                ? "; verbs are " + String.join(", ", VERBS.keySet())
                : "; did you mean " + near.get(0) + "?";
        say("unknown verb: " + verb + hint, ExitCode.USAGE);
        context.err().println("See: serai --help");
        return ExitCode.USAGE;
    }

    private int failed(Exception failure) {
        if (failure instanceof CliException told) {
            return say(told.getMessage(), told.exitCode());
        }
        if (failure instanceof StartException told) {
            return say(told.getMessage(), ExitCode.UNREACHABLE);
        }
        if (failure instanceof CapabilityException told) {
            return say(told.code().wireName() + ": " + told.getMessage(), ExitCode.FAILED);
        }
        return say("internal error: " + failure, ExitCode.FAILED);
    }

    private int say(@Nullable String message, int exitCode) {
        context.err().println("serai: " + message);
        return exitCode;
    }
}
