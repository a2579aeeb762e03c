import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A fast session-era MCP server with one tool, {@code echo}, for load runs: it keeps sessions and refuses calls without
 * one, and does nothing else; a message that begins with "hold" it answers after an hour. Arguments: the delay of each tool call in milliseconds (default 0) and the port (default
 * 0, any free one). Prints {@code listening on PORT}. {@code GET /counters} tells what it was asked.
 */
public final class EchoUpstream extends AbstractVerticle {
    private static final String SESSION = "Mcp-Session-Id";
    private static final String PROTOCOL = "2025-11-25";

    private static final long HOUR_MS = 3_600_000;

    private static final Map<String, Boolean> SESSIONS = new ConcurrentHashMap<>();
    private static final LongAdder INITIALIZES = new LongAdder();
    private static final LongAdder CALLS = new LongAdder();
    private static final LongAdder CANCELLED = new LongAdder();
    private static final LongAdder ABANDONED = new LongAdder();
    private static final LongAdder DELETES = new LongAdder();

    private final long delayMs;
    private final int port;

    private EchoUpstream(long delayMs, int port) {
        this.delayMs = delayMs;
        this.port = port;
    }

    public static void main(String[] args) {
        long delayMs = args.length > 0 ? Long.parseLong(args[0]) : 0;
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 0;
        int loops = Runtime.getRuntime().availableProcessors();
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
        // A negative port is any free one, the same for every instance.
        int shared = port == 0 ? -1 : port;
        vertx.deployVerticle(() -> new EchoUpstream(delayMs, shared), new DeploymentOptions().setInstances(loops))
                .onFailure(failure -> {
                    System.err.println("cannot start: " + failure);
                    System.exit(1);
                });
    }

    @Override
    public void start(io.vertx.core.Promise<Void> started) {
        vertx.createHttpServer()
                .requestHandler(this::serve)
                .listen(port, "127.0.0.1")
                .onSuccess(server -> {
                    System.out.println("listening on " + server.actualPort());
                    started.complete();
                })
                .onFailure(started::fail);
    }

    private void serve(HttpServerRequest request) {
        HttpMethod method = request.method();
        if (method == HttpMethod.POST) {
            request.body().onSuccess(body -> post(request, body));
        } else if (method == HttpMethod.DELETE) {
            DELETES.increment();
            String session = request.getHeader(SESSION);
            boolean known = session != null && SESSIONS.remove(session) != null;
            end(request.response(), known ? 200 : 404);
        } else if (request.path().equals("/counters")) {
            json(request.response(), counters());
        } else {
            end(request.response(), 405);
        }
    }

    private void post(HttpServerRequest request, Buffer body) {
        JsonObject message;
        try {
            message = body.toJsonObject();
        } catch (DecodeException e) {
            end(request.response(), 400);
            return;
        }
        String method = message.getString("method", "");
        if (method.equals("initialize")) {
            initialize(request.response(), message);
            return;
        }
        String session = request.getHeader(SESSION);
        if (session == null || !SESSIONS.containsKey(session)) {
            end(request.response(), session == null ? 400 : 404);
        } else if (!message.containsKey("id")) {
            if (method.equals("notifications/cancelled")) {
                CANCELLED.increment();
            }
            end(request.response(), 202);
        } else if (method.equals("tools/call")) {
            call(request.response(), message);
        } else {
            json(request.response(), error(message.getValue("id"), "no such method: " + method));
        }
    }

    private static void initialize(HttpServerResponse response, JsonObject message) {
        INITIALIZES.increment();
        String session = UUID.randomUUID().toString();
        SESSIONS.put(session, true);
        response.putHeader(SESSION, session);
        JsonObject params = message.getJsonObject("params", new JsonObject());
        json(response, result(message.getValue("id"), new JsonObject()
                .put("protocolVersion", params.getString("protocolVersion", PROTOCOL))
                .put("capabilities", new JsonObject().put("tools", new JsonObject()))
                .put("serverInfo", new JsonObject().put("name", "echo-upstream").put("version", "1"))));
    }

    private void call(HttpServerResponse response, JsonObject message) {
        CALLS.increment();
        JsonObject params = message.getJsonObject("params");
        String text = params.getJsonObject("arguments").getString("message");
        JsonObject content = new JsonObject().put("type", "text").put("text", text);
        JsonObject answer = result(message.getValue("id"),
                new JsonObject().put("content", new io.vertx.core.json.JsonArray().add(content)));
        long delay = text.startsWith("hold") ? HOUR_MS : delayMs;
        if (delay == 0) {
            json(response, answer);
        } else {
            long answering = vertx.setTimer(delay, timer -> json(response, answer));
            response.closeHandler(closed -> {
                if (vertx.cancelTimer(answering)) {
                    ABANDONED.increment();
                }
            });
        }
    }

    private static JsonObject result(Object id, JsonObject result) {
        return new JsonObject().put("jsonrpc", "2.0").put("id", id).put("result", result);
    }

    private static JsonObject error(Object id, String text) {
        return new JsonObject()
                .put("jsonrpc", "2.0")
                .put("id", id)
                .put("error", new JsonObject().put("code", -32601).put("message", text));
    }

    private static JsonObject counters() {
        return new JsonObject()
                .put("initialize", INITIALIZES.sum())
                .put("calls", CALLS.sum())
                .put("cancelled", CANCELLED.sum())
                .put("abandoned", ABANDONED.sum())
                .put("delete", DELETES.sum())
                .put("sessions", SESSIONS.size());
    }

    private static void json(HttpServerResponse response, JsonObject body) {
        response.putHeader("Content-Type", "application/json").end(body.toBuffer());
    }

    private static void end(HttpServerResponse response, int status) {
        response.setStatusCode(status).end();
    }
}
