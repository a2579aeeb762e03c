package dev.serai.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the gateway listens. */
final class ListenOptions {
    private static final int MAX_PORT = 65535;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    private @Nullable Integer port;

    @Option(names = "--host", paramLabel = "H", description = "Address to listen on; default 127.0.0.1.")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "N", description = "Port to listen on, 0 for any free one; default 8080.")
    void port(int value) {
        if (value < 0 || value > MAX_PORT) {
            String message = "--port must be 0 to 65535, was " + value;
            throw spec == null ? CliException.usage(message) : new ParameterException(spec.commandLine(), message);
        }
        port = value;
    }

    void addTo(Map<String, String> overrides) {
        if (port != null) {
            overrides.put("serai.http.port", Integer.toString(port));
        }
        if (host != null) {
            overrides.put("serai.http.host", host);
        }
    }
}
