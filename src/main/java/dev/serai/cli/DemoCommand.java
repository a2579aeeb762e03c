package dev.serai.cli;

import dev.serai.gateway.CallRequest;
import dev.serai.gateway.StartException;
import dev.serai.sample.FirstCall;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The gateway with the sample capabilities, and a first call through its own front door. */
@Command(
        name = "demo",
        description = "Start the gateway, make a first call to the sample server, show the next.",
        footer = {"%nExamples:", "  serai demo", "  serai demo --port 9090", "  serai demo --port 0 --once"})
final class DemoCommand implements Callable<Integer> {
    private final CliContext cli;

    @Mixin
    private SourceOptions sources = new SourceOptions();

    @Mixin
    private ListenOptions listen = new ListenOptions();

    @Option(names = "--once", description = "End after the first call.")
    private boolean once;

    DemoCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        try (LocalGateway gateway = cli.gateways().start(Shutdown.soon(sources.gateway(cli.home(), true, listen)))) {
            Shutdown.closeOnExit(gateway);
            Announcement.print(gateway, cli);
            int exitCode = firstCall(gateway.url());
            if (once) {
                return exitCode;
            }
            cli.out().println("\nThe next call uses the same session (see Serai-Session-Reused: true):");
            cli.out().println("  " + curl("curl -i", gateway.url()));
            cli.out().println("\nCtrl-C ends it.");
            cli.out().flush();
            gateway.awaitShutdown();
        }
        return ExitCode.OK;
    }

    private int firstCall(String url) {
        cli.out().println("\nFirst call:");
        cli.out().println("  " + curl("curl", url));
        Reply reply = new HttpCaller(url, null)
                .call(
                        new CallRequest(FirstCall.ID, Json.parse(FirstCall.ARGUMENTS, "the sample call"), Map.of()),
                        false);
        return ReplyPrinter.print(reply, cli);
    }

    private static String curl(String command, String url) {
        return command + " " + url + "/capabilities/" + FirstCall.ID + " -H 'Content-Type: application/json' -d '"
                + FirstCall.ARGUMENTS + "'";
    }
}
