package dev.serai.cli;

/** Ends a gateway gracefully on Ctrl-C and SIGTERM. */
final class Shutdown {
    private Shutdown() {}

    static void closeOnExit(LocalGateway gateway) {
        LastingLogManager.keep();
        Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "serai-shutdown"));
    }
}
