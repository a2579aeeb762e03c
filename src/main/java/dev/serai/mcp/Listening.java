package dev.serai.mcp;

import dev.serai.credential.Credential;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerAbilities;
import dev.serai.session.Session;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The request for a stream that is of no call: one of a session, or one to a server that keeps none. */
interface Listening {
    String method();

    Map<String, String> headers();

    Buffer body();

    /** Whether the stream is taken up behind its last event. */
    boolean resumes();

    /** How it has ended where the server answers so; {@code null} where it may be tried again. */
    ServerStream.@Nullable End refused(int status);

    static Listening of(UpstreamCall call, Session session) {
        return Wire.isStateless(session) ? new WithoutSession(call) : new InSession(call, session);
    }

    /** With the credential of the call. */
    static Map<String, String> credential(UpstreamCall call) {
        Map<String, String> headers = new HashMap<>();
        Credential credential = call.credential();
        String name = credential.headerName();
        String value = credential.headerValue();
        if (name != null && value != null) {
            headers.put(name, value);
        }
        return headers;
    }

    /** Source: MCP 2025-11-25, Streamable HTTP, listening for messages from the server. */
    record InSession(UpstreamCall call, Session session) implements Listening {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public Map<String, String> headers() {
            Map<String, String> headers = Listening.credential(call);
            headers.put("accept", "text/event-stream");
            headers.put("mcp-session-id", String.valueOf(session.id()));
            String version = session.fact(Handshake.PROTOCOL_VERSION);
            if (version != null) {
                headers.put("mcp-protocol-version", version);
            }
            return headers;
        }

        @Override
        public Buffer body() {
            return Buffer.buffer();
        }

        @Override
        public boolean resumes() {
            return true;
        }

        @Override
        public ServerStream.@Nullable End refused(int status) {
            return switch (status) {
                case 405, 501 -> ServerStream.End.NONE;
                // 409: somebody reads that of this session already.
                case 400, 401, 403, 404, 409 -> ServerStream.End.FAILED;
                default -> null;
            };
        }
    }

    /** Source: MCP 2026-07-28, basic, subscriptions. */
    record WithoutSession(UpstreamCall call) implements Listening {
        private static final String METHOD = "subscriptions/listen";

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public Map<String, String> headers() {
            Map<String, String> headers = Listening.credential(call);
            headers.put("content-type", "application/json");
            headers.put("accept", "application/json, text/event-stream");
            headers.put("mcp-protocol-version", ProtocolVersion.STATELESS);
            headers.put("mcp-method", METHOD);
            return headers;
        }

        @Override
        public Buffer body() {
            StatelessWire wire = new StatelessWire(CallerAbilities.NONE, null, ParameterHeaders.NONE);
            return Buffer.buffer(JsonRpcWriter.request(Requests.nextId(), METHOD, json -> {
                json.writeObjectFieldStart("_meta");
                wire.meta(json);
                json.writeEndObject();
                json.writeObjectFieldStart("notifications");
                for (String kind : ListChanges.KINDS) {
                    json.writeBooleanField(kind + "ListChanged", true);
                }
                json.writeEndObject();
            }));
        }

        @Override
        public boolean resumes() {
            return false;
        }

        @Override
        public ServerStream.@Nullable End refused(int status) {
            return switch (status) {
                case 400, 404, 405, 501 -> ServerStream.End.NONE;
                case 401, 403, 409 -> ServerStream.End.FAILED;
                default -> null;
            };
        }
    }
}
