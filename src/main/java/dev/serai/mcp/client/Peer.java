package dev.serai.mcp.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.UpstreamText;
import dev.serai.sse.SseEvent;
import dev.serai.sse.SseReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server in whichever era it speaks: found with {@code server/discover}, which is no effect whoever answers it. Source:
 * MCP 2026-07-28, versioning; 2025-11-25, lifecycle and transports. Used by one thread.
 */
final class Peer implements AutoCloseable {
    static final String MODERN = "2026-07-28";

    private static final String LEGACY = "2025-11-25";
    private static final String META = "io.modelcontextprotocol/";
    private static final int UNSUPPORTED_VERSION = -32022;
    private static final int MOST_BYTES = 16 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Wire wire;
    private long nextId = 1;
    private @Nullable String version;
    private @Nullable String sessionId;
    private String name = "";

    Peer(Wire wire) {
        this.wire = wire;
    }

    /** How the server calls itself; empty where it says nothing. */
    String name() {
        return name;
    }

    boolean isModern() {
        return MODERN.equals(version);
    }

    boolean hasSession() {
        return sessionId != null;
    }

    /** The version that is spoken. */
    String version() {
        return String.valueOf(version);
    }

    /** Finds out what the server speaks, and shakes hands where it wants that. */
    void open() {
        version = MODERN;
        sessionId = null;
        Message discovered = ask("server/discover", params());
        JsonNode refusal = discovered.tree().path("error");
        if (refusal.path("code").asInt() == UNSUPPORTED_VERSION
                && names(refusal.path("data").path("supported"), MODERN)) {
            discovered = ask("server/discover", params());
        }
        JsonNode result = discovered.tree().path("result");
        if (discovered.answer.success() && names(result.path("supportedVersions"), MODERN)) {
            name = result.path("_meta").path(META + "serverInfo").path("name").asText("");
            return;
        }
        version = null;
        ObjectNode initialize = JsonNodeFactory.instance.objectNode();
        initialize.put("protocolVersion", LEGACY).putObject("capabilities");
        initialize.putObject("clientInfo").put("name", "serai").put("version", "import");
        Message opened = ask("initialize", initialize).orThrow("initialize");
        JsonNode agreed = opened.tree().path("result");
        version = agreed.path("protocolVersion").asText(LEGACY);
        sessionId = checked(opened.answer.sessionId());
        name = agreed.path("serverInfo").path("name").asText("");
        quietly(wire.send(
                "POST",
                headers("notifications/initialized"),
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
                PATIENCE));
    }

    private static @Nullable String checked(@Nullable String id) {
        if (id == null || (!id.isEmpty() && id.length() <= 1_024 && id.chars().allMatch(c -> c > ' ' && c <= '~'))) {
            return id;
        }
        throw new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the server's session id is unusable");
    }

    private static boolean names(JsonNode list, String wanted) {
        for (JsonNode each : list) {
            if (each.asText().equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** Parameters as the version wants them. */
    ObjectNode params() {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        if (isModern()) {
            ObjectNode meta = params.putObject("_meta");
            meta.put(META + "protocolVersion", MODERN);
            meta.putObject(META + "clientCapabilities");
            meta.putObject(META + "clientInfo").put("name", "serai").put("version", "import");
        }
        return params;
    }

    /** An answer with the text of its message; empty where the answer holds none. */
    record Message(Wire.Answer answer, String text) {
        JsonNode tree() {
            try {
                return text.isEmpty() ? Json.MAPPER.missingNode() : Json.MAPPER.readTree(text);
            } catch (IOException e) {
                return Json.MAPPER.missingNode();
            }
        }

        /** @throws CapabilityException unless it holds a result */
        Message orThrow(String method) {
            int status = answer.status();
            if (status == 401 || status == 403) {
                throw new CapabilityException(
                        ErrorCode.UPSTREAM_UNAUTHORIZED,
                        "the server answered " + status
                                + ": name the environment variable with its token by --auth-env");
            }
            JsonNode tree = tree();
            if (answer.success() && tree.path("result").isObject()) {
                return this;
            }
            String why = UpstreamText.excerpt(tree.path("error").path("message").asText(""), java.util.List.of());
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_ERROR,
                    "the server answered " + status + " to " + method + (why.isEmpty() ? "" : ": " + why));
        }
    }

    Message ask(String method, ObjectNode params) {
        long id = nextId++;
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("jsonrpc", "2.0").put("id", id).put("method", method).set("params", params);
        Wire.Answer answer = wire.send("POST", headers(method), message.toString(), PATIENCE);
        Closing late = Closing.of(answer.body(), PATIENCE);
        try (InputStream body = answer.body()) {
            return new Message(answer, answer.isEventStream() ? inEvents(body, id) : whole(body));
        } catch (IOException e) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the connection broke before the answer was complete", e);
        } finally {
            late.close();
        }
    }

    private static String whole(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the server's answer is larger than " + MOST_BYTES + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String inEvents(InputStream body, long id) throws IOException {
        SseReader events = new SseReader(body, MOST_BYTES);
        for (SseEvent event = events.next(); event != null; event = events.next()) {
            JsonNode message = Json.MAPPER.readTree(event.data());
            if (!message.has("method") && message.path("id").asLong(-1) == id) {
                return event.data();
            }
        }
        return "";
    }

    private Map<String, String> headers(String method) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json, text/event-stream");
        if (version != null) {
            headers.put("MCP-Protocol-Version", version);
        }
        if (isModern()) {
            headers.put("Mcp-Method", method);
        }
        if (sessionId != null) {
            headers.put("Mcp-Session-Id", sessionId);
        }
        return headers;
    }

    /**
     * Reads what the server says unasked until a message with this method comes.
     *
     * @return false where the server says nothing unasked
     */
    boolean awaitNotification(String method, Duration longest) throws IOException {
        if (sessionId == null) {
            return false;
        }
        Map<String, String> headers = headers("");
        headers.put("Accept", "text/event-stream");
        headers.remove("Content-Type");
        Wire.Answer answer = wire.send("GET", headers, null, longest);
        try (InputStream body = answer.body()) {
            if (!answer.success() || !answer.isEventStream()) {
                return false;
            }
            SseReader events = new SseReader(body, MOST_BYTES);
            for (SseEvent event = events.next(); event != null; event = events.next()) {
                if (Json.MAPPER.readTree(event.data()).path("method").asText().equals(method)) {
                    return true;
                }
            }
            return true;
        }
    }

    private static void quietly(Wire.Answer answer) {
        try {
            answer.body().close();
        } catch (IOException e) {
            // Nothing is wanted of it.
        }
    }

    @Override
    public void close() {
        if (sessionId != null) {
            try {
                quietly(wire.send("DELETE", headers(""), null, PATIENCE));
            } catch (CapabilityException e) {
                // The server ends the session by itself some time.
            }
        }
    }
}
