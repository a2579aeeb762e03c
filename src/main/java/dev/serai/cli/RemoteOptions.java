package dev.serai.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a verb reaches a running gateway, and how it prints the answer. */
final class RemoteOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "Where the gateway runs (default: ${DEFAULT-VALUE}).")
    private String url = "http://127.0.0.1:8080";

    @Option(names = "--json", description = "Print the gateway's answer as JSON.")
    private boolean json;

    @Mixin
    private ApiKeyOption apiKey = new ApiKeyOption();

    boolean json() {
        return json;
    }

    Reply ask(String method, String path) {
        return new HttpCaller(url, apiKey.key()).ask(method, path);
    }
}
