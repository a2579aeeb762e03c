package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has a running gateway read its declarations and routes again. */
@Command(
        name = "reload",
        description = "Have a running gateway read its declarations and routes again.",
        footer = {
            "%nExamples:",
            "  serai reload",
            "  serai reload --url http://127.0.0.1:8080 --json",
            "%nExit code 0 done, 1 something is wrong (told as file:line: message; what was in force stays),",
            "2 usage, 3 the gateway cannot be reached."
        })
final class ReloadCommand implements Callable<Integer> {
    private final CliContext cli;

    @Mixin
    private RemoteOptions remote = new RemoteOptions();

    ReloadCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        Reply reply = remote.ask("POST", "/admin/reload");
        if (!reply.completed()) {
            return ReplyPrinter.print(reply, cli);
        }
        JsonNode body = reply.body();
        if (remote.json()) {
            ReplyPrinter.print(reply, cli);
        } else {
            for (String what : List.of("added", "changed", "removed", "routes")) {
                body.path(what).forEach(name -> cli.out().println(what + ": " + name.asText()));
            }
            cli.out().println(body.path("capabilities").asInt() + " capabilities in force");
        }
        boolean wrong = false;
        for (JsonNode problem : body.path("problems")) {
            String at = problem.path("at").asText("");
            boolean error = problem.path("severity").asText().equals("error");
            wrong |= error;
            cli.err()
                    .println((at.isEmpty() ? "" : at + ": ")
                            + (error ? "" : "warning: ")
                            + problem.path("message").asText());
        }
        return wrong ? ExitCode.FAILED : ExitCode.OK;
    }
}
