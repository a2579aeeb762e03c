package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/** Result on standard output, everything else on standard error; says how the process ends. */
final class ReplyPrinter {
    /** Members of a problem document that the first line already says, or that say nothing more. */
    private static final Set<String> SAID = Set.of("type", "title", "status", "detail", "code");

    private static final Set<String> UNREACHABLE =
            Set.of("upstream_unavailable", "session_unavailable", "shutting_down");

    private ReplyPrinter() {}

    static int print(Reply reply, CliContext cli) {
        if (reply.completed()) {
            cli.out().println(cli.terminal() ? Json.indented(reply.body()) : Json.compact(reply.body()));
        } else {
            printProblem(reply.body(), cli);
        }
        reply.metadata().forEach((name, value) -> cli.err().println(name + ": " + value));
        return exitCode(reply);
    }

    private static void printProblem(JsonNode problem, CliContext cli) {
        String detail = problem.path("detail").asText(problem.path("title").asText("no detail"));
        cli.err().println("serai: " + code(problem) + ": " + detail);
        for (Map.Entry<String, JsonNode> member : problem.properties()) {
            if (!SAID.contains(member.getKey())) {
                JsonNode value = member.getValue();
                cli.err().println("  " + member.getKey() + ": " + (value.isTextual() ? value.asText() : value));
            }
        }
    }

    private static int exitCode(Reply reply) {
        if (reply.completed()) {
            return ExitCode.OK;
        }
        return UNREACHABLE.contains(code(reply.body())) ? ExitCode.UNREACHABLE : ExitCode.FAILED;
    }

    static String code(JsonNode problem) {
        return problem.path("code").asText("unknown_error");
    }
}
