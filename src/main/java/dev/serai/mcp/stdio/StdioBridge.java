package dev.serai.mcp.stdio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Json;
import dev.serai.sse.SseEvent;
import dev.serai.sse.SseReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between a client on stdio and a server over Streamable HTTP. Requests run side by side; everything
 * else keeps its order. A session that the server lost is opened anew, which the client does not notice.
 */
final class StdioBridge {
    private static final int MOST_REQUESTS = 256;
    static final int MOST_BYTES = 16 << 20;
    private static final int BAD_GATEWAY = -32000;
    /** For all that is still in progress at the end, and for an answer that the reader of the input itself waits for. */
    static final long MOST_SECONDS = 60;

    private static final long LAST_SECONDS = 1;

    private final Upstream upstream;
    private final MessageOutput out;
    private final Consumer<String> log;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "serai-bridge");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore places = new Semaphore(MOST_REQUESTS);
    /** Requests of clients that cancel by leaving, by their ids as JSON. */
    private final Map<String, Running> modern = new ConcurrentHashMap<>();

    private final Set<Running> open = ConcurrentHashMap.newKeySet();

    /** Why the gateway could not be reached, as it was last logged. */
    private volatile String told = "";

    private final ClientSession session;
    private final CountDownLatch ended = new CountDownLatch(1);

    StdioBridge(URI entry, @Nullable String apiKey, MessageOutput out, Consumer<String> log) {
        // What is asked by the reader itself and what listens are requests too.
        this.upstream = new Upstream(entry, apiKey, 2 * MOST_REQUESTS);
        this.out = out;
        this.log = log;
        this.session = new ClientSession(upstream, log, this::listen);
    }

    private void listen() {
        threads.execute(new Listening(upstream, session, out, log, ended));
    }

    /** Returns when the input has ended and what was asked is answered, or nobody reads the answers. */
    void serve(InputStream in) {
        try {
            LineReader lines = new LineReader(in, MOST_BYTES);
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                if (line.length > 0) {
                    take(line, lines.wasCut());
                }
            }
            if (!places.tryAcquire(MOST_REQUESTS, MOST_SECONDS, TimeUnit.SECONDS)) {
                open.forEach(Running::giveUp);
                places.tryAcquire(MOST_REQUESTS, LAST_SECONDS, TimeUnit.SECONDS);
            }
        } catch (IOException | UncheckedIOException e) {
            log.accept("the client is gone");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void end() {
        ended.countDown();
        Upstream.Session last = session.now();
        try {
            if (last != null && last.id() != null) {
                upstream.end(last);
            }
        } catch (IOException e) {
            log.accept("the session could not be ended: no gateway reached at " + upstream.name());
        } finally {
            threads.shutdownNow();
            upstream.close();
        }
    }

    private void take(byte[] line, boolean cut) throws InterruptedException {
        JsonNode message = cut ? null : tree(line);
        if (message == null || !message.isObject()) {
            log.accept("a line is no message, or is longer than " + MOST_BYTES + " bytes");
            out.write("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"Parse error\"}}");
            return;
        }
        String method = message.path("method").asText("");
        if (isInitialize(message)) {
            session.begin(message);
            exchange(message);
        } else if (message.hasNonNull("id") && !method.isEmpty()) {
            places.acquire();
            start(message);
        } else if (!cancelled(message, method)) {
            exchange(message);
            if (method.equals("notifications/initialized")) {
                listen();
            }
        }
    }

    private static boolean isInitialize(JsonNode message) {
        return message.path("method").asText("").equals("initialize");
    }

    private void start(JsonNode message) {
        String id = message.get("id").toString();
        Running running = new Running();
        open.add(running);
        if (message.path("params").path("_meta").has("io.modelcontextprotocol/protocolVersion")) {
            modern.put(id, running);
        }
        threads.execute(() -> {
            try {
                exchange(message, running);
            } catch (UncheckedIOException e) {
                // Nobody reads any more.
            } finally {
                modern.remove(id, running);
                open.remove(running);
                places.release();
            }
        });
    }

    /** A request without a session is cancelled by leaving its connection. */
    private boolean cancelled(JsonNode message, String method) {
        Running running = method.equals("notifications/cancelled")
                ? modern.get(message.path("params").path("requestId").toString())
                : null;
        if (running == null) {
            return false;
        }
        running.leave();
        return true;
    }

    private static @Nullable JsonNode tree(byte[] line) {
        try {
            return Json.MAPPER.readTree(line);
        } catch (IOException e) {
            return null;
        }
    }

    /** What the reader of the input waits for, as all that follows it in the input does. */
    private void exchange(JsonNode message) {
        Running running = new Running();
        Future<?> patience = upstream.giveUp(running, MOST_SECONDS);
        try {
            exchange(message, running);
        } finally {
            patience.cancel(false);
        }
    }

    private void exchange(JsonNode message, Running running) {
        try {
            Upstream.Session with = session.now();
            Answer answer = upstream.post(message, with, running);
            if (answer.isNotFound() && with != null && with.id() != null) {
                answer.close();
                session.reopen(with);
                answer = upstream.post(message, session.now(), running);
            }
            try (Answer whole = answer) {
                pass(message, whole);
                whole.finish();
            }
        } catch (UncheckedIOException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // At the end everything that is still open is cut off.
            if (!running.hasLeft() && ended.getCount() > 0) {
                fail(message, why(running, e));
            }
        }
    }

    private String why(Running running, Exception failure) {
        if (running.isLate()) {
            return upstream.name() + " did not answer in " + MOST_SECONDS + " s";
        }
        if (failure instanceof CapabilityException) {
            return String.valueOf(failure.getMessage());
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String cause = root.toString();
        if (!cause.equals(told)) {
            told = cause;
            log.accept("no gateway reached at " + upstream.name() + ": " + cause);
        }
        return "no gateway reached at " + upstream.name();
    }

    private void pass(JsonNode asked, Answer answer) throws IOException {
        boolean answered = false;
        if (answer.isEvents()) {
            SseReader events = new SseReader(answer.body(), MOST_BYTES);
            for (SseEvent event = events.next(); event != null && !answered; event = events.next()) {
                answered = pass(asked, answer, event.data());
                if (answered) {
                    break;
                }
            }
        } else {
            byte[] bytes = answer.body().readNBytes(MOST_BYTES);
            answered = bytes.length > 0 && pass(asked, answer, new String(bytes, StandardCharsets.UTF_8));
        }
        if (!answered) {
            fail(asked, upstream.name() + " answered " + answer.status() + " without a message");
        }
    }

    /** Whether the message is the answer to what was asked. */
    private boolean pass(JsonNode asked, Answer answer, String text) {
        JsonNode message = tree(text.getBytes(StandardCharsets.UTF_8));
        if (message == null || !message.isObject() || !message.has("jsonrpc")) {
            return false;
        }
        boolean isAnswer = !message.has("method");
        if (isAnswer && isInitialize(asked)) {
            session.opened(answer, message);
        }
        if (isAnswer && !message.hasNonNull("id") && asked.hasNonNull("id")) {
            // A refusal of the request itself.
            out.write(((ObjectNode) message).set("id", asked.get("id")).toString());
            return true;
        }
        if (!isAnswer || asked.has("id")) {
            out.write(text);
        }
        return isAnswer;
    }

    /** Only a request is answered. */
    private void fail(JsonNode asked, String why) {
        if (asked.hasNonNull("id") && asked.has("method")) {
            ObjectNode answer = Json.MAPPER.createObjectNode();
            answer.put("jsonrpc", "2.0").set("id", asked.get("id"));
            answer.putObject("error").put("code", BAD_GATEWAY).put("message", why);
            out.write(answer.toString());
        }
    }
}
