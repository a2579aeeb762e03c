package dev.serai.mcp.sse;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.net.URI;

/**
 * The address for messages, as a server names it on its stream. It may be of the stream's own origin only: what goes
 * there carries the credential. Source: MCP 2024-11-05, HTTP with SSE.
 */
final class Endpoint {
    private static final int LONGEST = 4_096;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private Endpoint() {}

    /**
     * The whole URL, without a fragment. It holds the session's id, which is a secret.
     *
     * @param stream the URL of the stream
     * @param named what the server calls it; may be relative
     * @throws CapabilityException {@code upstream_protocol_error}
     */
    static String resolve(String stream, String named) {
        URI base = URI.create(stream);
        URI resolved;
        try {
            if (named.length() > LONGEST) {
                throw new IllegalArgumentException("too long");
            }
            resolved = base.resolve(named.strip());
        } catch (IllegalArgumentException e) {
            // Its message quotes the address.
            throw unusable("is no URL of at most " + LONGEST + " characters");
        }
        if (resolved.isOpaque() || resolved.getHost() == null || resolved.getRawUserInfo() != null) {
            throw unusable("has no host, or user information");
        }
        boolean same = resolved.getScheme().equalsIgnoreCase(base.getScheme())
                && resolved.getHost().equalsIgnoreCase(base.getHost())
                && port(resolved) == port(base);
        if (!same) {
            throw unusable("is of another origin than the stream");
        }
        String url = resolved.toString();
        int fragment = url.indexOf('#');
        return fragment < 0 ? url : url.substring(0, fragment);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? HTTPS : HTTP;
    }

    private static CapabilityException unusable(String why) {
        return new CapabilityException(
                ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                "the address for messages that the server names " + why
                        + "; expected a path, or a URL with the scheme, host and port of the stream");
    }
}
