package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.entry.IngressRequest;
import dev.serai.invocation.Caller;
import dev.serai.invocation.Traces;
import dev.serai.lifecycle.HangUp;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each method does, for clients of both eras. */
final class Methods {
    private static final Logger LOG = LoggerFactory.getLogger(Methods.class);

    private final ToolBook book;
    private final Features features;
    private final Calls calls;
    private final ParkedCalls parking;
    private final Listeners listeners;
    private final Watching watching;
    private final Tally tally;
    private final int maxWaiting;

    Methods(
            ToolBook book,
            Features features,
            Calls calls,
            ParkedCalls parking,
            Listeners listeners,
            Watching watching,
            Tally tally,
            int maxWaiting) {
        this.book = book;
        this.features = features;
        this.calls = calls;
        this.parking = parking;
        this.listeners = listeners;
        this.watching = watching;
        this.tally = tally;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Has the request answered.
     *
     * @param connection tells when the client breaks off
     */
    void handle(Asked asked, IngressRequest head, Turn turn, HangUp connection) {
        Turn counted = tally.counted(asked.method(), turn);
        try {
            begin(asked, head, counted, connection);
        } catch (RpcError e) {
            counted.error(asked.id(), e);
        }
    }

    /** A session begins. */
    void opened(Turn turn, ObjectNode answer) {
        tally.counted("initialize", turn).json(200, answer);
    }

    private void begin(Asked asked, IngressRequest head, Turn turn, HangUp connection) {
        switch (asked.method()) {
            case "ping" -> answer(asked, turn, Rpc.object());
            case "server/discover" -> answer(asked, turn, discovered(asked));
            case "subscriptions/listen" -> listeners.begin(asked, turn);
            case "logging/setLevel" -> setLevel(asked, turn);
            case "tools/list" ->
                aside(
                        asked,
                        turn,
                        () -> answer(
                                asked,
                                turn,
                                book.page(
                                        asked.params().get("cursor"), asked.caller(), asked.group(), asked.version())));
            case "tools/call" -> callTool(asked, head, turn, connection);
            case "resources/list", "resources/templates/list", "prompts/list" -> list(asked, turn, connection);
            default -> forward(asked, turn, connection);
        }
    }

    private static void answer(Asked asked, Turn turn, ObjectNode result) {
        turn.json(200, Rpc.result(asked.id(), Results.shape(result, asked)));
    }

    private void aside(Asked asked, Turn turn, Runnable work) {
        calls.aside(() -> {
            try {
                work.run();
            } catch (RpcError e) {
                turn.error(asked.id(), e);
            } catch (RuntimeException e) {
                LOG.error("{} cannot be answered: {}", asked.method(), Traces.of(e));
                turn.error(asked.id(), RpcError.internal());
            }
        });
    }

    private ObjectNode discovered(Asked asked) {
        ObjectNode result = Rpc.object();
        result.putArray("supportedVersions").add(Revision.MODERN);
        result.set("capabilities", capabilities(asked.caller(), asked.group(), true));
        return result;
    }

    /** What the client can expect to be answered. */
    ObjectNode capabilities(@Nullable Caller caller, String group, boolean modern) {
        ObjectNode capabilities = Rpc.object();
        capabilities.putObject("tools").put("listChanged", true);
        capabilities.putObject("logging");
        if (serves("resources/list", caller, group) || serves("resources/read", caller, group)) {
            ObjectNode resources = capabilities.putObject("resources").put("listChanged", true);
            if (!modern && serves("resources/subscribe", caller, group)) {
                resources.put("subscribe", true);
            }
        }
        if (serves("prompts/list", caller, group)) {
            capabilities.putObject("prompts").put("listChanged", true);
        }
        if (serves("completion/complete", caller, group)) {
            capabilities.putObject("completions");
        }
        return capabilities;
    }

    private boolean serves(String method, @Nullable Caller caller, String group) {
        return !book.serving(method, caller, group).isEmpty();
    }

    private static void setLevel(Asked asked, Turn turn) {
        ClientSession session = asked.session();
        LogLevel level = LogLevel.named(asked.text("level"));
        if (session == null || level == null) {
            throw RpcError.handled(Rpc.INVALID_PARAMS, "params.level: expected a level of RFC 5424, such as info");
        }
        session.logLevel(level);
        answer(asked, turn, Rpc.object());
    }

    private void callTool(Asked asked, IngressRequest head, Turn turn, HangUp connection) {
        String name = asked.text("name");
        Capability capability = book.find(name, asked.caller(), asked.group());
        if (capability == null) {
            String shown = name.length() > 128 ? name.substring(0, 128) + "…" : name;
            throw RpcError.handled(Rpc.INVALID_PARAMS, "Unknown tool: " + shown);
        }
        JsonNode given = asked.params().path("arguments");
        if (!given.isMissingNode() && !given.isNull() && !given.isObject()) {
            throw RpcError.handled(Rpc.INVALID_PARAMS, "params.arguments: expected an object");
        }
        ObjectNode arguments = given instanceof ObjectNode object ? object : Rpc.object();
        if (asked.isModern()) {
            ModernRules.checkMirrored(head, capability.arguments().json(), arguments);
        }
        begin(asked, new CallPlan(List.of(capability), arguments, Results::ofTool), turn, connection);
    }

    private void list(Asked asked, Turn turn, HangUp connection) {
        features.list(asked, asked.isModern() ? connection : new HangUp(), (page, error) -> {
            if (page != null) {
                answer(asked, turn, page);
            } else if (error != null) {
                turn.error(asked.id(), error);
            }
        });
    }

    private void forward(Asked asked, Turn turn, HangUp connection) {
        CallPlan plan = features.plan(asked);
        if (plan == null) {
            throw asked.isModern()
                    ? ModernRules.unknown(asked.method())
                    : RpcError.handled(Rpc.METHOD_NOT_FOUND, "Method not found");
        }
        begin(asked, plan, turn, connection);
    }

    private void begin(Asked asked, CallPlan plan, Turn turn, HangUp connection) {
        ClientSession session = asked.session();
        if (session == null) {
            if (asked.params().has("requestState") && parking.resume(asked, turn, connection)) {
                return;
            }
            ModernCall call = new ModernCall(calls, plan, asked, turn, parking, maxWaiting);
            call.watch(connection);
            call.start();
            return;
        }
        String uri = asked.params().path("uri").asText();
        if (asked.method().equals(Watching.UNSUBSCRIBE) && session.watches().end(uri)) {
            answer(asked, turn, Rpc.object());
            return;
        }
        SessionCall call = new SessionCall(calls, plan, asked, session, turn);
        if (asked.method().equals(Watching.SUBSCRIBE)) {
            call.subscribe(watched(asked, session, uri));
        }
        if (!session.begin(Rpc.key(asked.id()), call)) {
            throw RpcError.refused(Rpc.INVALID_REQUEST, "another request of this session has the same id");
        }
        call.start();
    }

    private Watched watched(Asked asked, ClientSession session, String uri) {
        if (uri.length() > Watching.LONGEST_URI || !session.watches().hasRoom(uri)) {
            throw RpcError.handled(
                    Rpc.INVALID_PARAMS,
                    "expected at most " + Watching.MOST + " subscriptions, with URIs of at most " + Watching.LONGEST_URI
                            + " characters");
        }
        return watching.one(asked, session.capabilities(), uri, params -> {
            if (!session.announce(Rpc.notification("notifications/resources/updated", params))) {
                tally.dropped();
            }
        });
    }
}
