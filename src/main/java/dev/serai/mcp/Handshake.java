package dev.serai.mcp;

import static dev.serai.mcp.AnswerReader.protocolError;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.Json;
import dev.serai.invocation.UpstreamText;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The opening of a session: what is offered, and what of the answer the pool keeps. */
final class Handshake {
    /** Fact: the session id; absent where the server keeps no sessions. */
    static final String ID = "id";
    /** Fact: the negotiated revision. */
    static final String PROTOCOL_VERSION = "protocolVersion";
    /** Fact: the default for {@code session_lost_when}. */
    static final String LOST_WHEN = "lostWhen";

    /**
     * 404 as the specification says; 400 as reference servers answer for an ended session, with a JSON-RPC error
     * that speaks of the session or without any; and as a server answers that has no sessions any more.
     */
    static final String LOST_WHEN_DEFAULT = "404, 400:-32000~session, 400:-32001~session, 400:-32022, 400:-";

    /** A server that no longer speaks the revision is asked again what it speaks. */
    private static final String STATELESS_LOST_WHEN = "400:-32022";

    private static final int MAX_ID_CHARS = 1_024;

    private Handshake() {}

    /** @param abilities what the callers of the session can be asked */
    static McpRequest request(String offeredVersion, CallerAbilities abilities) {
        return new McpRequest("initialize", null, null, json -> {
            json.writeStringField("protocolVersion", offeredVersion);
            json.writeFieldName("capabilities");
            Json.MAPPER.writeTree(json, abilities.json());
            json.writeObjectFieldStart("clientInfo");
            writeClient(json);
            json.writeEndObject();
        });
    }

    /** Writes the members that say who calls. */
    static void writeClient(JsonGenerator json) throws IOException {
        json.writeStringField("name", "serai");
        json.writeStringField("version", clientVersion());
    }

    /** What the pool keeps of a server without handshake and sessions: nothing that is sent. */
    static Map<String, String> statelessFacts() {
        return Map.of(PROTOCOL_VERSION, ProtocolVersion.STATELESS, LOST_WHEN, STATELESS_LOST_WHEN);
    }

    /** @param sessionId the header of the answer; {@code null} where the server assigned none */
    static Map<String, String> facts(JsonNode result, String offeredVersion, @Nullable Object sessionId) {
        String version = result.path("protocolVersion").asText();
        if (!ProtocolVersion.isSessionEra(version)) {
            throw protocolError(
                    "protocol version " + offeredVersion + " was offered and the server answered with "
                            + (version.isEmpty() ? "none" : UpstreamText.excerpt(version, List.of()))
                            + "; expected one of " + ProtocolVersion.supported(),
                    null);
        }
        Map<String, String> facts = new LinkedHashMap<>();
        if (sessionId != null) {
            facts.put(ID, checked(sessionId));
        }
        facts.put(PROTOCOL_VERSION, version);
        if (sessionId != null) {
            facts.put(LOST_WHEN, LOST_WHEN_DEFAULT);
        }
        return facts;
    }

    private static String checked(Object sessionId) {
        if (sessionId instanceof String id
                && !id.isEmpty()
                && id.length() <= MAX_ID_CHARS
                && id.chars().allMatch(c -> c > ' ' && c <= '~')) {
            return id;
        }
        throw protocolError(
                "the server's session id is unusable: expected one header of 1 to " + MAX_ID_CHARS
                        + " visible ASCII characters",
                null);
    }

    private static String clientVersion() {
        return Objects.requireNonNullElse(Handshake.class.getPackage().getImplementationVersion(), "dev");
    }
}
