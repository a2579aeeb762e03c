package dev.serai.cli;

import dev.serai.gateway.GatewayOptions;
import java.util.LinkedHashMap;
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
        Map<String, String> settings = new LinkedHashMap<>(options.overrides());
        settings.putIfAbsent("serai.http.stop-timeout", "200");
        settings.putIfAbsent("serai.shutdown-timeout", "1s");
        return new GatewayOptions(
                options.home(), options.capabilities(), options.routes(), options.config(), settings, options.http());
    }
}
