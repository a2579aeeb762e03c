package dev.serai.mcp.server;

import dev.serai.entry.IngressRequest;
import dev.serai.invocation.Caller;
import dev.serai.invocation.Traces;
import dev.serai.lifecycle.HangUp;
import dev.serai.loop.NonBlocking;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code /mcp} and {@code /mcp/{group}}. A request that is refused gets a JSON-RPC error with its id, as far as it
 * has a usable one.
 */
public final class ServerEntry extends AsyncProcessorSupport implements NonBlocking {
    /** The registry name that the routes use. */
    public static final String NAME = "mcp-entry";
    /** The registry name of the header filter of these routes. */
    public static final String HEADERS = "mcp-entry-headers";
    /** What is shown of the entry point. */
    public static final String LABEL = "MCP";

    public static final String PATH = "/mcp";

    private static final Logger LOG = LoggerFactory.getLogger(ServerEntry.class);

    private final ClientSessions sessions;
    private final ToolBook book;
    private final Methods methods;
    private final Calls calls;
    private final Tally tally;

    ServerEntry(ClientSessions sessions, ToolBook book, Methods methods, Calls calls, Tally tally) {
        this.sessions = sessions;
        this.book = book;
        this.methods = methods;
        this.calls = calls;
        this.tally = tally;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        IngressRequest head = IngressRequest.takenFrom(exchange);
        byte[] body = exchange.getMessage().getBody(byte[].class);
        HangUp connection = exchange.getProperty(HangUp.PROPERTY, new HangUp(), HangUp.class);
        HttpTurn turn = new HttpTurn(exchange, callback, Reading.accepts(head, "text/event-stream"), calls::elsewhere);
        Caller caller = exchange.getProperty(Caller.PROPERTY, Caller.class);
        Reading reading = new Reading(sessions, book, methods, head, caller, turn, connection);
        try {
            reading.begin(body == null ? new byte[0] : body);
        } catch (RpcError e) {
            tally.counted(Tally.NONE, turn).error(reading.id(), e);
        } catch (RuntimeException e) {
            LOG.error("a request cannot be answered: {}", Traces.of(e));
            tally.counted(Tally.NONE, turn).error(reading.id(), RpcError.internal());
        }
        return turn.received();
    }
}
