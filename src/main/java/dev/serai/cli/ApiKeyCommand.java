package dev.serai.cli;

import dev.serai.access.NewApiKey;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a key for a caller. */
@Command(
        name = "api-key",
        description = {
            "Make an API key. The key is printed once, to standard error; standard output gets the line for the file",
            "that serai.access.api-keys-file names, with the hash of the key, never the key."
        },
        footer = {
            "%nExamples:",
            "  serai api-key ci --roles reader >> config/api-keys.yaml",
            "  serai run -D serai.access.api-keys-file=config/api-keys.yaml",
            "  curl -H \"Authorization: Bearer $KEY\" http://127.0.0.1:8080/capabilities"
        })
final class ApiKeyCommand implements Callable<Integer> {
    private final CliContext cli;

    @Parameters(paramLabel = "NAME", description = "Who gets the key; unique in the file.")
    private String name = "";

    @Option(names = "--roles", paramLabel = "a,b", split = ",", description = "Roles of the caller; none without it.")
    private Set<String> roles = new LinkedHashSet<>();

    ApiKeyCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        try {
            NewApiKey made = NewApiKey.make(name, roles);
            cli.err().println("key of " + name + ", shown once: " + made.key());
            cli.out().println(made.line());
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }
}
