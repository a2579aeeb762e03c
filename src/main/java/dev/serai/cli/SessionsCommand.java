package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The sessions of a running gateway. */
@Command(
        name = "sessions",
        description = "Show, renew and close the sessions of a running gateway; without a further verb, list them.",
        footer = {
            "%nExamples:",
            "  serai sessions",
            "  serai sessions list --server example.org --closed",
            "  serai sessions show 0123456789ab --json",
            "  serai sessions renew 0123456789ab --url http://127.0.0.1:8080",
            "  serai sessions close 0123456789ab",
            "%nExit code 0 done, 1 refused or no such session, 2 usage, 3 the gateway or the upstream cannot be reached."
        })
final class SessionsCommand implements Callable<Integer> {
    private static final String PATH = "/admin/sessions";
    private static final Pattern NAME = Pattern.compile("[0-9a-fA-F]{1,64}|none-[0-9]{1,19}");

    private final CliContext cli;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private RemoteOptions remote = new RemoteOptions();

    @Mixin
    private SessionFilter filter = new SessionFilter();

    SessionsCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        return list(remote, filter);
    }

    @Command(
            name = "list",
            description = "List the sessions.",
            footer = {"%nExamples:", "  serai sessions list", "  serai sessions list --server github --json"})
    int listed(@Mixin RemoteOptions gateway, @Mixin SessionFilter which) {
        refuseOptionsBefore("list");
        return list(gateway, which);
    }

    private int list(RemoteOptions gateway, SessionFilter which) {
        Reply reply = gateway.ask("GET", PATH + which.query());
        if (gateway.json() || !reply.completed()) {
            return ReplyPrinter.print(reply, cli);
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "NAME OR HASH", "PROVIDER", "SERVER", "SCOPE", "STATE", "AGE", "IDLE", "USES", "OPENED", "LAST ERROR"));
        for (JsonNode session : reply.body().path("sessions")) {
            rows.add(List.of(
                    text(session, session.has("name") ? "name" : "hash"),
                    text(session, "provider"),
                    text(session, "server"),
                    text(session, "scope"),
                    which.closed() ? text(session, "closedFor") : text(session, "state"),
                    time(session, "ageMs"),
                    time(session, "idleMs"),
                    text(session, "uses"),
                    text(session, "openedFor"),
                    text(session, "lastError")));
        }
        Table.print(rows, cli.out());
        if (reply.body().has("next")) {
            cli.err().println("more: --after " + text(reply.body(), "next"));
        }
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description = "Show one session, or how it ended.",
            footer = {"%nExample:", "  serai sessions show 0123456789ab"})
    int show(@Mixin RemoteOptions gateway, @Parameters(paramLabel = "NAME") String name) {
        refuseOptionsBefore("show");
        return print(gateway, gateway.ask("GET", PATH + "/" + checked(name)));
    }

    @Command(
            name = "renew",
            description = "Open another session in its place; the old one ends with its last call.",
            footer = {"%nExample:", "  serai sessions renew 0123456789ab"})
    int renew(@Mixin RemoteOptions gateway, @Parameters(paramLabel = "NAME") String name) {
        refuseOptionsBefore("renew");
        return print(gateway, gateway.ask("POST", PATH + "/" + checked(name) + "/renew"));
    }

    @Command(
            name = "close",
            description = "Take it out of the pool; it is closed when its calls are over.",
            footer = {"%nExample:", "  serai sessions close 0123456789ab"})
    int close(@Mixin RemoteOptions gateway, @Parameters(paramLabel = "NAME") String name) {
        refuseOptionsBefore("close");
        return print(gateway, gateway.ask("DELETE", PATH + "/" + checked(name)));
    }

    /** They would belong to another verb, and so be without effect: on the default gateway instead of the one named. */
    private void refuseOptionsBefore(String verb) {
        if (spec != null
                && !spec.commandLine().getParseResult().matchedOptions().isEmpty()) {
            throw CliException.usage("options stand behind the verb: serai sessions " + verb + " … --url URL");
        }
    }

    private int print(RemoteOptions gateway, Reply reply) {
        if (gateway.json() || !reply.completed()) {
            return ReplyPrinter.print(reply, cli);
        }
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : reply.body().properties()) {
            rows.add(List.of(member.getKey(), text(reply.body(), member.getKey())));
        }
        Table.print(rows, cli.out());
        return ExitCode.OK;
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw CliException.usage("NAME is what serai sessions list shows first, was " + name);
        }
        return name;
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isNull() || value.isMissingNode() ? "-" : value.asText();
    }

    private static String time(JsonNode node, String name) {
        Duration time = Duration.ofSeconds(
                node.path(name).asLong() / Duration.ofSeconds(1).toMillis());
        return time.toString().substring("PT".length()).toLowerCase(java.util.Locale.ROOT);
    }
}
