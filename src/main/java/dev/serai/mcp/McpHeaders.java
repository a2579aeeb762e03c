package dev.serai.mcp;

import dev.serai.invocation.InvocationHeaders;
import org.apache.camel.Message;

/** Every header and property that the provider's routes and this package share, each once. */
final class McpHeaders {
    /** The server's session id: a secret. Source: MCP 2025-11-25, Streamable HTTP. */
    static final String SESSION_ID = "Mcp-Session-Id";
    /** The negotiated revision, on every request after the handshake. */
    static final String PROTOCOL_VERSION = "MCP-Protocol-Version";

    static final String ACCEPT = "Accept";
    static final String CONTENT_TYPE = "Content-Type";

    /** Metadata: the tool's name on its server; the last segment of the capability's id where not declared. */
    static final String TOOL_NAME = "mcp_tool_name";
    /** Metadata: the revision to offer. */
    static final String DECLARED_VERSION = "mcp_protocol_version";

    static final String HTTP_METHOD = "CamelHttpMethod";

    /** Exchange property: the {@link dev.serai.session.Session} that the call belongs to. */
    static final String SESSION = "SeraiSession";
    /** Exchange property: the JSON-RPC id of the request under way. */
    static final String REQUEST_ID = "SeraiMcpRequestId";
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
