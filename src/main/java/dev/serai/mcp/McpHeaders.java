package dev.serai.mcp;

import dev.serai.invocation.InvocationHeaders;
import org.apache.camel.Message;

/** Every header and property that the provider's routes and this package share, each once. */
final class McpHeaders {
    /** The server's session id: a secret. Source: MCP 2025-11-25, Streamable HTTP. */
    static final String SESSION_ID = "Mcp-Session-Id";
    /** The negotiated revision, on every request after the handshake. */
    static final String PROTOCOL_VERSION = "MCP-Protocol-Version";

    /** Method, and tool, prompt or resource, of a stateless request. Source: MCP 2026-07-28, Streamable HTTP. */
    static final String METHOD = "Mcp-Method";

    static final String NAME = "Mcp-Name";
    /** Before the name that {@code x-mcp-header} gives an argument. */
    static final String PARAMETER = "Mcp-Param-";
    /** The last event of a broken stream, from which another goes on. */
    static final String LAST_EVENT_ID = "Last-Event-ID";

    static final String ACCEPT = "Accept";
    static final String CONTENT_TYPE = "Content-Type";

    /** Metadata: the tool's name on its server; the last segment of the capability's id where not declared. */
    static final String TOOL_NAME = "mcp_tool_name";
    /** Metadata: the method that a call is; {@code tools/call} where not declared. */
    static final String DECLARED_METHOD = "mcp_method";
    /** Metadata: the revision to offer. */
    static final String DECLARED_VERSION = "mcp_protocol_version";

    /** Metadata: another transport than Streamable HTTP, which is one of the session era. */
    static final String DECLARED_TRANSPORT = "mcp_transport";
    /** Metadata: how long what was found out about the server's era holds. */
    static final String ERA_EXPIRES = "mcp_era_expires";

    static final String HTTP_METHOD = "CamelHttpMethod";

    /** Exchange property: the {@link dev.serai.session.Session} that the call belongs to. */
    static final String SESSION = "SeraiSession";
    /** Exchange property: the JSON-RPC id of the request under way. */
    static final String REQUEST_ID = "SeraiMcpRequestId";
    /** Exchange property: the {@link Pending} request. */
    static final String PENDING = "SeraiMcpPending";
    /** Exchange property: {@link ManyAwaited}, where several requests are under way together. */
    static final String MANY = "SeraiMcpMany";
    /** Exchange property: whether several calls go as one message. */
    static final String TOGETHER = "SeraiMcpTogether";
    /** Exchange property: whether each of several calls goes for itself. */
    static final String SINGLY = "SeraiSingly";
    /** Exchange property: whether the server is of the stateless era. */
    static final String STATELESS = "SeraiMcpStateless";
    /** Exchange property: whether the server's era has to be found out first. */
    static final String ERA_UNKNOWN = "SeraiMcpEraUnknown";
    /** Exchange property: what was found out on this exchange. */
    static final String ERA_FOUND = "SeraiMcpEraFound";
    /** Exchange property: the body that comes back when the era has been found out. */
    static final String ERA_ASKED_FROM = "SeraiMcpEraAskedFrom";
    /** Exchange property: whether the server has to be told that a call has ended. */
    static final String TO_BE_TOLD = "SeraiMcpToBeTold";
    /** Exchange property: whether the server asks for input before it answers. */
    static final String INPUT_REQUIRED = "SeraiMcpInputRequired";
    /** Exchange property: the value within the whole result. */
    static final String VALUE = "SeraiValue";

    private McpHeaders() {}

    /** Takes away what one HTTP step leaves, answered headers too, so that the next does not send it. */
    static void clear(Message message) {
        message.getHeaders().keySet().removeIf(McpHeaders::ofOneStep);
    }

    /** The names of metadata have an underscore, those of HTTP have none. */
    private static boolean ofOneStep(String name) {
        boolean ours = name.startsWith("Camel") || name.startsWith(InvocationHeaders.PREFIX);
        return name.startsWith("CamelHttp") || (!ours && name.indexOf('_') < 0);
    }
}
