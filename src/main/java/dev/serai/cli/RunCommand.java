package dev.serai.cli;

import dev.serai.gateway.StartException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Starts the gateway and keeps it until it is told to end. */
@Command(
        name = "run",
        description = "Start the gateway with everything in routes/, capabilities/ and config/.",
        footer = {
            "%nExamples:",
            "  serai run",
            "  serai run --port 9090 --host 0.0.0.0",
            "  serai run --capabilities my-capabilities --routes my-routes -D serai.http.port=9090"
        })
final class RunCommand implements Callable<Integer> {
    private final CliContext cli;

    @Mixin
    private SourceOptions sources = new SourceOptions();

    @Mixin
    private ListenOptions listen = new ListenOptions();

    RunCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        try (LocalGateway gateway = cli.gateways().start(sources.gateway(cli.home(), true, listen))) {
            Shutdown.closeOnExit(gateway);
            Announcement.print(gateway, cli);
            gateway.awaitShutdown();
        }
        return ExitCode.OK;
    }
}
