package dev.serai.cli;

import dev.serai.gateway.GatewayOptions;
import java.util.Map;

/** Ends a gateway gracefully on Ctrl-C and SIGTERM. */
final class Shutdown {
    private Shutdown() {}

    static void closeOnExit(LocalGateway gateway) {
        LastingLogManager.keep();
        Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "serai-shutdown"));
    }

    /** For a gateway that serves whoever presses Ctrl-C: it hardly waits for calls in progress, unless told to. */
    static GatewayOptions soon(GatewayOptions options) {
        return new GatewayOptions(
                options.home(),
                options.capabilities(),
                options.routes(),
                options.config(),
                options.overrides(),
                Map.of("serai.http.stop-timeout", "200ms", "serai.shutdown-timeout", "1s"),
                options.http());
    }
}
