package dev.serai.mcp.stdio;

import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalServer;
import dev.serai.http.LocalSettings;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A process and the requests that it has not answered. One thread writes to it and one reads each of its two outputs,
 * so that nobody else waits for it.
 */
final class ServerProcess {
    private static final int LONGEST_LOG_LINE = 8 * 1024;
    private static final int NO_SUCH_METHOD = -32601;

    private final LocalServer server;
    private final int maxLine;
    private final long stopMillis;
    private final ProcessTree tree;
    private final ProcessLog log;
    private final OutgoingLines outgoing;
    private final ConcurrentHashMap<String, Waiting> open = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Waiting> byToken = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable EventQueue> unasked = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean hasWorked;
    /** It may be at work on what nobody waits for: what it asks cannot be known to be about another request. */
    private volatile boolean strayWork;

    private volatile long usedNanos = System.nanoTime();

    private ServerProcess(LocalServer server, LocalSettings settings, Process process, ProcessLog log) {
        this.server = server;
        this.maxLine = settings.maxLine();
        this.stopMillis = settings.stopTimeout().toMillis();
        this.tree = new ProcessTree(process);
        this.log = log;
        this.outgoing = new OutgoingLines(settings.maxLine());
    }

    /**
     * Starts one; blocks while the system does.
     *
     * @param ended run once, when it has ended; must not block
     * @throws IOException naming the command
     */
    static ServerProcess start(LocalServer server, LocalSettings settings, Runnable ended) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(server.command());
        builder.environment().clear();
        builder.environment().putAll(server.environment());
        if (server.directory() != null) {
            builder.directory(server.directory().toFile());
        }
        Process process = builder.start();
        ProcessLog log = new ProcessLog(server.name(), server.secrets());
        log.started(process.pid());
        ServerProcess started = new ServerProcess(server, settings, process, log);
        started.run("in", () -> started.outgoing.writeTo(process.getOutputStream()));
        started.run("out", () -> started.readMessages(process.getInputStream()));
        started.run("err", () -> started.readLog(process.getErrorStream()));
        var unused = process.onExit().thenRun(() -> {
            log.ended(process.pid(), process.exitValue());
            started.tree.killRest();
            started.lose();
            ended.run();
        });
        return started;
    }

    private void run(String what, Reading reading) {
        Thread thread = new Thread(
                () -> {
                    try {
                        reading.run();
                    } catch (IOException e) {
                        // It has ended, or ends now.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "serai-stdio-" + server.name() + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    private interface Reading {
        void run() throws IOException, InterruptedException;
    }

    boolean isOver() {
        return over.get();
    }

    /** Whether it answered a request with a result. */
    boolean hasWorked() {
        return hasWorked;
    }

    boolean isIdle() {
        return open.isEmpty();
    }

    /** {@link System#nanoTime()} of the last request. */
    long usedNanos() {
        return usedNanos;
    }

    ProcessTree tree() {
        return tree;
    }

    /** Sends one message that nobody answers. */
    LocalAnswer tell(byte[] message) {
        if (outgoing.offer(message, null)) {
            return Refusals.empty(202);
        }
        return over.get() ? Refusals.SESSION_LOST : Refusals.empty(503);
    }

    CompletableFuture<LocalAnswer> ask(Envelope request, byte[] message, boolean takesEvents) {
        return ask(request, message, takesEvents, Map.of());
    }

    /** @param headers of the answer beside its content type */
    CompletableFuture<LocalAnswer> ask(
            Envelope request, byte[] message, boolean takesEvents, Map<String, String> headers) {
        usedNanos = System.nanoTime();
        Waiting waiting = new Waiting(request, takesEvents, maxLine, headers, this::left);
        if (open.putIfAbsent(waiting.id(), waiting) != null) {
            return CompletableFuture.completedFuture(Refusals.ID_IN_USE);
        }
        if (waiting.token() != null) {
            byToken.put(waiting.token(), waiting);
        }
        var unused = waiting.answer().whenComplete((answer, failure) -> {
            if (answer == null) {
                if (waiting.abandon()) {
                    strayWork = true;
                }
                forget(waiting);
            }
        });
        if (over.get()) {
            waiting.lost();
            forget(waiting);
        } else if (!outgoing.offer(message, waiting)) {
            waiting.failed(new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE, "stdio:" + server.name() + " does not read what it is sent"));
        }
        return waiting.answer();
    }

    /** Messages that no request asked for, as events; {@code null} where somebody reads them already. */
    @Nullable
    InputStream listen() {
        AtomicReference<@Nullable EventQueue> self = new AtomicReference<>();
        EventQueue queue = new EventQueue(maxLine, () -> unasked.compareAndSet(self.get(), null));
        self.set(queue);
        if (!unasked.compareAndSet(null, queue)) {
            return null;
        }
        if (over.get()) {
            queue.broken(new IOException("the process ended"));
        }
        return queue;
    }

    /** Ends it: it finds its input at its end, and what is left after the timeout is killed. Blocks as long. */
    void end(long stopMillis) {
        tree.remember();
        outgoing.end();
        tree.awaitEnd(stopMillis);
        tree.kill();
        lose();
    }

    /** Its input is at its end. */
    void endInput() {
        outgoing.end();
    }

    /** Nobody reads what is told of it any more; before its end, it goes on unheard. */
    private void left(Waiting waiting) {
        if (open.containsKey(waiting.id())) {
            strayWork = true;
        }
        forget(waiting);
    }

    private void forget(Waiting waiting) {
        open.remove(waiting.id(), waiting);
        String token = waiting.token();
        if (token != null) {
            byToken.remove(token, waiting);
        }
    }

    /** No answer comes any more. */
    private void lose() {
        if (!over.getAndSet(true)) {
            outgoing.end();
        }
        for (Waiting waiting : open.values()) {
            forget(waiting);
            waiting.lost();
        }
        EventQueue listener = unasked.getAndSet(null);
        if (listener != null) {
            listener.broken(new IOException("the process ended"));
        }
    }

    private void readLog(InputStream in) throws IOException {
        LineReader lines = new LineReader(in, LONGEST_LOG_LINE);
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            log.line(new String(line, StandardCharsets.UTF_8));
        }
    }

    private void readMessages(InputStream in) {
        try {
            LineReader lines = new LineReader(in, maxLine);
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                if (lines.wasCut()) {
                    tooLong();
                } else if (line.length > 0) {
                    received(line);
                }
            }
        } catch (IOException e) {
            log.warn("its output cannot be read");
        } finally {
            lose();
            // One that answers no more is of no use.
            tree.awaitEnd(stopMillis);
            tree.kill();
        }
    }

    /** Nobody can say whose answer it was. */
    private void tooLong() {
        String what = "wrote a line longer than " + maxLine + " bytes (serai.stdio.max-line)";
        log.warn(what);
        strayWork = true;
        for (Waiting waiting : open.values()) {
            forget(waiting);
            waiting.failed(
                    new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, "stdio:" + server.name() + " " + what));
        }
    }

    private void received(byte[] line) {
        Envelope message = Envelope.read(line);
        if (message == null || (message.method() == null && message.id() == null && !message.failed())) {
            log.warn("wrote what is no JSON-RPC message", new String(line, StandardCharsets.UTF_8));
        } else if (message.isRequest()) {
            asked(message, line);
        } else if (message.isNotification()) {
            told(message, line);
        } else {
            answered(message, line);
        }
    }

    private void answered(Envelope answer, byte[] line) {
        Waiting waiting = answer.id() == null ? only() : open.get(answer.id());
        if (waiting != null) {
            if (!answer.failed()) {
                hasWorked = true;
            }
            forget(waiting);
            waiting.answered(line);
        }
    }

    /** The only open request; {@code null} where there are none, or several, or perhaps one that nobody waits for. */
    private @Nullable Waiting only() {
        if (strayWork) {
            return null;
        }
        List<Waiting> some = open.values().stream().limit(2).toList();
        return some.size() == 1 ? some.get(0) : null;
    }

    private void told(Envelope notification, byte[] line) {
        Waiting waiting = notification.token() == null ? null : byToken.get(notification.token());
        if (waiting != null) {
            waiting.tell(line);
            return;
        }
        EventQueue listener = unasked.get();
        if (listener != null) {
            listener.offer(line);
        }
    }

    /** A request of the process belongs to the request that is open; which it is, only one that is alone can say. */
    private void asked(Envelope request, byte[] line) {
        String id = String.valueOf(request.id());
        if ("ping".equals(request.method())) {
            outgoing.offer(
                    ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}").getBytes(StandardCharsets.UTF_8), null);
            return;
        }
        Waiting waiting = only();
        if (waiting == null || !waiting.tell(line)) {
            outgoing.offer(Refusals.error(id, NO_SUCH_METHOD, "nobody is there to ask"), null);
        }
    }
}
