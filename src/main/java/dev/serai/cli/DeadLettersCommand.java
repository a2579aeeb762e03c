package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The messages that a running gateway could not deliver. */
@Command(
        name = "dead-letters",
        description = "Show and replay messages that a running gateway could not deliver; without a further verb, list"
                + " them.",
        footer = {
            "%nExamples:",
            "  serai dead-letters",
            "  serai dead-letters list --channel jms --limit 20",
            "  serai dead-letters show jms/ID:0123-4567",
            "  serai dead-letters replay kafka/0-17 kafka/0-18",
            "  serai dead-letters replay --all --channel kafka",
            "%nExit code 0 done, 1 refused or no such letter, 2 usage, 3 the gateway or the broker cannot be reached."
        })
final class DeadLettersCommand implements Callable<Integer> {
    private static final String PATH = "/admin/dead-letters";
    private static final Pattern NAME = Pattern.compile("[a-z]{1,32}/[A-Za-z0-9._:-]{1,256}");

    private final CliContext cli;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private RemoteOptions remote = new RemoteOptions();

    @Mixin
    private LetterFilter filter = new LetterFilter();

    DeadLettersCommand(CliContext cli) {
        this.cli = cli;
    }

    /** Which letters are listed. */
    static final class LetterFilter {
        @Option(names = "--channel", paramLabel = "NAME", description = "Only those of this broker: jms or kafka.")
        private @Nullable String channel;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "At most so many, up to 1000.")
        private int limit = 100;

        @Option(names = "--after", paramLabel = "ID", description = "Go on after this one; wants --channel.")
        private @Nullable String after;

        String query() {
            return DeadLettersCommand.query(limit, channel, after);
        }
    }

    private static String query(int limit, @Nullable String channel, @Nullable String after) {
        return "?limit=" + limit
                + (channel == null ? "" : "&channel=" + URLEncoder.encode(channel, StandardCharsets.UTF_8))
                + (after == null ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8));
    }

    @Override
    public Integer call() {
        return list(remote, filter);
    }

    @Command(
            name = "list",
            description = "List the oldest.",
            footer = {"%nExamples:", "  serai dead-letters list", "  serai dead-letters list --channel kafka --json"})
    int listed(@Mixin RemoteOptions gateway, @Mixin LetterFilter which) {
        refuseOptionsBefore("list");
        return list(gateway, which);
    }

    private int list(RemoteOptions gateway, LetterFilter which) {
        Reply reply = gateway.ask("GET", PATH + which.query());
        if (gateway.json() || !reply.completed()) {
            return ReplyPrinter.print(reply, cli);
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "AT", "CAPABILITY", "REQUEST ID", "ERROR", "ATTEMPTS", "DETAIL"));
        for (JsonNode letter : reply.body().path("deadLetters")) {
            rows.add(List.of(
                    name(letter),
                    text(letter, "at"),
                    text(letter, "capability"),
                    text(letter, "requestId"),
                    text(letter, "errorCode"),
                    text(letter, "attempts"),
                    text(letter, "detail")));
        }
        Table.print(rows, cli.out());
        for (Map.Entry<String, JsonNode> next : reply.body().path("next").properties()) {
            cli.err()
                    .println("more: --channel " + next.getKey() + " --after "
                            + next.getValue().asText());
        }
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description = "Show one with its headers and body.",
            footer = {"%nExample:", "  serai dead-letters show jms/ID:0123-4567"})
    int show(@Mixin RemoteOptions gateway, @Parameters(paramLabel = "NAME") String name) {
        refuseOptionsBefore("show");
        Reply reply = gateway.ask("GET", PATH + "/" + checked(name));
        if (gateway.json() || !reply.completed()) {
            return ReplyPrinter.print(reply, cli);
        }
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : reply.body().properties()) {
            if (!member.getValue().isContainerNode()) {
                rows.add(List.of(member.getKey(), text(reply.body(), member.getKey())));
            }
        }
        for (Map.Entry<String, JsonNode> header : reply.body().path("headers").properties()) {
            rows.add(List.of("header " + header.getKey(), header.getValue().asText()));
        }
        Table.print(rows, cli.out());
        return ExitCode.OK;
    }

    @Command(
            name = "replay",
            description = "Send each once more to where it came from, as it is, and take it out of the dead letters.",
            footer = {
                "%nExamples:",
                "  serai dead-letters replay jms/ID:0123-4567",
                "  serai dead-letters replay --all --channel jms"
            })
    int replay(
            @Mixin RemoteOptions gateway,
            @Option(names = "--all", description = "All that are there now.") boolean all,
            @Option(names = "--channel", paramLabel = "NAME", description = "With --all: only those of this broker.")
                    @Nullable
                    String channel,
            @Parameters(paramLabel = "NAME", arity = "0..*") List<String> names) {
        refuseOptionsBefore("replay");
        List<String> given = names == null ? List.of() : names;
        if (all != given.isEmpty() || (channel != null && !all)) {
            throw CliException.usage("name the letters to replay, or give --all, alone or with --channel");
        }
        if (all) {
            return replayAll(gateway, channel);
        }
        for (String name : given) {
            Reply reply = gateway.ask("POST", PATH + "/" + checked(name) + "/replay");
            if (gateway.json() || !reply.completed()) {
                int code = ReplyPrinter.print(reply, cli);
                if (code != ExitCode.OK) {
                    return code;
                }
            } else {
                cli.out().println("replayed " + name);
            }
        }
        return ExitCode.OK;
    }

    /** Those that come meanwhile, because they fail once more, are left alone. */
    private int replayAll(RemoteOptions gateway, @Nullable String channel) {
        Instant begun = Instant.now();
        int replayed = 0;
        List<String> next = names(gateway, channel, begun);
        while (!next.isEmpty()) {
            for (String name : next) {
                Reply reply = gateway.ask("POST", PATH + "/" + name + "/replay");
                if (!reply.completed()) {
                    cli.err().println("replayed " + replayed + " before this:");
                    return ReplyPrinter.print(reply, cli);
                }
                replayed++;
            }
            cli.err().println("replayed " + replayed);
            next = names(gateway, channel, begun);
        }
        cli.out().println("replayed " + replayed + " dead letters");
        return ExitCode.OK;
    }

    private List<String> names(RemoteOptions gateway, @Nullable String channel, Instant before) {
        Reply reply = gateway.ask("GET", PATH + query(100, channel, null));
        if (!reply.completed()) {
            throw new CliException(ReplyPrinter.print(reply, cli), "the dead letters cannot be listed");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode letter : reply.body().path("deadLetters")) {
            if (at(letter).isBefore(before)) {
                names.add(name(letter));
            }
        }
        return names;
    }

    private static Instant at(JsonNode letter) {
        try {
            return Instant.parse(letter.path("at").asText());
        } catch (DateTimeParseException e) {
            return Instant.MAX;
        }
    }

    /** They would belong to another verb, and so be without effect: on the default gateway instead of the one named. */
    private void refuseOptionsBefore(String verb) {
        if (spec != null
                && !spec.commandLine().getParseResult().matchedOptions().isEmpty()) {
            throw CliException.usage("options stand behind the verb: serai dead-letters " + verb + " … --url URL");
        }
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw CliException.usage("NAME is what serai dead-letters list shows first, was " + name);
        }
        return name;
    }

    private static String name(JsonNode letter) {
        return text(letter, "channel") + "/" + text(letter, "id");
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isNull() || value.isMissingNode() ? "-" : value.asText();
    }
}
