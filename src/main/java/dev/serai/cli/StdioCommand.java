package dev.serai.cli;

import dev.serai.entry.StdioFront;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stands in front of a running gateway for clients that start a command. */
@Command(
        name = "stdio",
        description = {
            "Serve clients that start a command: reads JSON-RPC messages from standard input, a line each,",
            "sends them to a running gateway, and writes what it answers to standard output."
        },
        footer = {
            "%nExamples:",
            "  serai stdio",
            "  serai stdio --url https://gateway.example.org --api-key-env TEAM_KEY",
            "%nExit code 0 when the input has ended, 2 usage."
        })
final class StdioCommand implements Callable<Integer> {
    private final CliContext cli;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "Where the gateway runs (default: ${DEFAULT-VALUE}).")
    private String url = "http://127.0.0.1:8080";

    @Mixin
    private ApiKeyOption apiKey = new ApiKeyOption();

    StdioCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        StdioFront front = ServiceLoader.load(StdioFront.class).iterator().next();
        try {
            front.serve(
                    uri(), apiKey.key(), cli.in(), cli.out(), line -> cli.err().println("serai: " + line));
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
        return ExitCode.OK;
    }

    private URI uri() {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw CliException.usage("--url is no URL");
        }
        throw CliException.usage("--url is an http or https URL with a host and without user information");
    }
}
