package dev.serai.cli;

import dev.serai.gateway.CallRequest;
import dev.serai.gateway.StartException;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.sample.FirstCall;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One call, in this process or against a running gateway. */
@Command(
        name = "call",
        description = "Call one capability: result on stdout, session metadata and errors on stderr.",
        footer = {
            "%nExamples:",
            "  serai call " + FirstCall.ID + " '" + FirstCall.ARGUMENTS + "'",
            "  echo '" + FirstCall.ARGUMENTS + "' | serai call " + FirstCall.ID + " -",
            "  serai call --url http://127.0.0.1:8080 " + FirstCall.ID + " '" + FirstCall.ARGUMENTS + "'",
            "  serai '(call \"" + FirstCall.ID + "\" {:message \"hi\"})'",
            "%nExit code 0 result, 1 the capability failed, 2 usage,",
            "3 the gateway or the upstream cannot be reached."
        })
final class CallCommand implements Callable<Integer> {
    private final CliContext cli;

    @Mixin
    private SourceOptions sources = new SourceOptions();

    @Mixin
    private ListenOptions listen = new ListenOptions();

    @Option(names = "--url", paramLabel = "URL", description = "Call the gateway that runs there.")
    private @Nullable String url;

    @Mixin
    private ApiKeyOption apiKey = new ApiKeyOption();

    @Option(names = "--raw", description = "Print the provider's whole result.")
    private boolean raw;

    @Option(names = "--conversation", paramLabel = "ID", description = "The conversation the call belongs to.")
    private @Nullable String conversation;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeoutConverter.class,
            description = "Deadline of the call: 500ms, 30s, 2m.")
    private @Nullable Duration timeout;

    @Parameters(index = "0", paramLabel = "ID", description = "The capability, or a (call \"id\" {...}) form.")
    private String id = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "JSON",
            description = "Arguments, a JSON object; - reads standard input.")
    private @Nullable String arguments;

    CallCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws StartException {
        Target target = Target.of(id, arguments, cli.in());
        CallRequest request = new CallRequest(target.id(), target.arguments(), headers());
        Reply reply = url == null ? inProcess(request) : new HttpCaller(url, apiKey.key()).call(request, raw);
        return ReplyPrinter.print(reply, cli);
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        if (conversation != null) {
            headers.put(InvocationHeaders.CONVERSATION, conversation);
        }
        if (timeout != null) {
            headers.put(InvocationHeaders.TIMEOUT_MS, Long.toString(timeout.toMillis()));
        }
        return headers;
    }

    private Reply inProcess(CallRequest request) throws StartException {
        if (raw) {
            request.headers().put(InvocationHeaders.RAW, "true");
        }
        try (LocalGateway gateway = cli.gateways().start(Shutdown.soon(sources.gateway(cli.home(), false, listen)))) {
            Shutdown.closeOnExit(gateway);
            if (gateway.catalog().find(request.id()) == null) {
                gateway.catalog().problems().forEach(cli.err()::println);
                throw new CliException(ExitCode.FAILED, Suggestions.unknown(request.id(), gateway.catalog()));
            }
            return Reply.of(gateway.call(request));
        }
    }
}
