package dev.serai.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a verb that talks to a running gateway finds its API key: never on the command line, which others can see. */
final class ApiKeyOption {
    @Option(
            names = "--api-key-env",
            paramLabel = "NAME",
            defaultValue = "SERAI_API_KEY",
            description = "The environment variable with the API key for the gateway (default: ${DEFAULT-VALUE}).")
    private String variable = "SERAI_API_KEY";

    /** The key; {@code null} where the variable is not set. */
    @Nullable
    String key() {
        String key = System.getenv(variable);
        return key == null || key.isBlank() ? null : key.strip();
    }
}
