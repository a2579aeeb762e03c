package dev.serai.mcp;

import static dev.serai.mcp.AnswerReader.protocolError;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.http.UpstreamCall;
import dev.serai.loop.NonBlocking;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Looks a tool up at its server where that refuses the headers of a call: its schema may be another by now than the
 * declared one. Once for a call. Source: MCP 2026-07-28, Streamable HTTP (SEP-2243): refresh {@code tools/list}, try again.
 */
public final class McpToolHeaders implements NonBlocking {
    /** Exchange property: whether a call has been refused for its headers, and nobody has asked which are wanted. */
    static final String UNKNOWN = "SeraiMcpHeadersUnknown";

    private static final String REFUSED = "SeraiMcpHeadersRefused";
    private static final String MORE = "SeraiMcpMorePages";
    private static final int MOST_PAGES = 100;

    /** The refused call, and how far the search has come. */
    private record Search(
            Pending call, Exception refusal, @Nullable String cursor, int pages) {}

    /** Notes that the server may want others than this refused call had; once for a call. */
    @SuppressWarnings("ReferenceEquality") // of the very same call
    static boolean mayHelp(Exchange exchange, Exception failure) {
        Pending call = Pending.of(exchange);
        UpstreamCall upstream = UpstreamCall.of(exchange);
        boolean first = !(exchange.getProperty(REFUSED) instanceof Search search
                && search.call().request() == call.request());
        boolean unknown = first
                && upstream != null
                && call.request().arguments() != null
                && call.rounds() == 0
                && StatelessResult.wantsOtherHeaders(failure);
        exchange.setProperty(UNKNOWN, unknown);
        if (unknown) {
            exchange.setProperty(REFUSED, new Search(call, StatelessResult.explained(failure), null, 0));
            McpHeaders.clear(exchange.getMessage());
        }
        return unknown;
    }

    static Exception refusal(Exchange exchange) {
        return search(exchange).refusal();
    }

    /** Body becomes the question for the next page of the server's tools. */
    public void listTools(Exchange exchange) {
        exchange.setProperty(UNKNOWN, false);
        String cursor = search(exchange).cursor();
        JsonNode params =
                cursor == null ? null : JsonNodeFactory.instance.objectNode().put("cursor", cursor);
        Requests.write(
                exchange, StatelessWire.of(exchange, ParameterHeaders.NONE), McpRequest.of("tools/list", params));
    }

    /**
     * Body, a page of the server's tools, becomes the call with the headers that it names. Where the tool is on a later
     * page, the property {@code SeraiMcpMorePages} says so.
     */
    public void listed(Exchange exchange) {
        McpProtocol mcp = GuardedRoute.mcp(exchange);
        Search search = search(exchange);
        JsonNode page = mcp.answer(exchange);
        JsonNode schema = schema(page, String.valueOf(search.call().request().name()));
        JsonNode next = page.path("nextCursor");
        boolean more = schema == null && next.isTextual() && search.pages() < MOST_PAGES;
        exchange.setProperty(MORE, more);
        if (more) {
            exchange.setProperty(
                    REFUSED, new Search(search.call(), search.refusal(), next.asText(), search.pages() + 1));
            return;
        }
        if (schema == null) {
            throw protocolError("the server does not list the tool", null);
        }
        ParameterHeaders wanted = ParameterHeaders.of(schema);
        if (search.call().wire() instanceof StatelessWire refused
                && refused.parameters().equals(wanted)) {
            throw protocolError("the server refuses the headers that it asks for", null);
        }
        mcp.learn(exchange, wanted);
        Requests.write(
                exchange, StatelessWire.of(exchange, wanted), search.call().request());
    }

    private static @Nullable JsonNode schema(JsonNode page, String tool) {
        for (JsonNode each : page.path("tools")) {
            if (each.path("name").asText().equals(tool)) {
                return each.path("inputSchema");
            }
        }
        return null;
    }

    private static Search search(Exchange exchange) {
        if (exchange.getProperty(REFUSED) instanceof Search search) {
            return search;
        }
        throw new IllegalStateException("no call on this exchange was refused for its headers");
    }
}
