package dev.serai.cli;

import dev.serai.gateway.CallRequest;
import dev.serai.gateway.StartException;
import dev.serai.sample.FirstCall;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The gateway with the sample capabilities, and a first call: through its own front door where that is open, else in
 * this process.
 */
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
            CallRequest request =
                    new CallRequest(FirstCall.ID, Json.parse(FirstCall.ARGUMENTS, "the sample call"), Map.of());
            Reply answered = throughTheFrontDoor(gateway.url(), request);
            boolean open = answered != null;
            int exitCode = first(answered == null ? Reply.of(gateway.call(request)) : answered, open, gateway.url());
            if (once) {
                return exitCode;
            }
            next(open, gateway.url());
            cli.out().println("\nCtrl-C ends it.");
            cli.out().flush();
            gateway.awaitShutdown();
        }
        return ExitCode.OK;
    }

    /** {@code null} where callers are authenticated, or the certificate is one that Java does not trust. */
    private static @Nullable Reply throughTheFrontDoor(String url, CallRequest request) {
        if (!url.startsWith("http:")) {
            return null;
        }
        Reply reply = new HttpCaller(url, null).call(request, false);
        return !reply.completed() && "unauthorized".equals(ReplyPrinter.code(reply.body())) ? null : reply;
    }

    private int first(Reply reply, boolean open, String url) {
        cli.out().println(open ? "\nFirst call:" : "\nFirst call, made in this process:");
        cli.out()
                .println("  "
                        + (open
                                ? curl("curl", "", url)
                                : "serai call " + FirstCall.ID + " '" + FirstCall.ARGUMENTS + "'"));
        return ReplyPrinter.print(reply, cli);
    }

    private void next(boolean open, String url) {
        cli.out()
                .println(
                        open
                                ? "\nThe next call uses the same session (see Serai-Session-Reused: true):"
                                : "\nThe next call, with an API key or a token of yours:");
        cli.out().println("  " + curl("curl -i", open ? "" : " -H \"Authorization: Bearer $SERAI_API_KEY\"", url));
    }

    private static String curl(String command, String header, String url) {
        return command + " " + url + "/capabilities/" + FirstCall.ID + header
                + " -H 'Content-Type: application/json' -d '" + FirstCall.ARGUMENTS + "'";
    }
}
