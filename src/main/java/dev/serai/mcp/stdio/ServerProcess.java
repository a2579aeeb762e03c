package dev.serai.mcp.stdio;

import dev.serai.http.LocalServer;
import dev.serai.http.LocalServers;
import dev.serai.http.LocalSettings;
import dev.serai.http.Unasked;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.mcp.line.Conversation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A process and the requests that it has not answered. One thread writes to it and one reads each of its two outputs,
 * so that nobody else waits for it.
 */
final class ServerProcess {
    private static final int LONGEST_LOG_LINE = 8 * 1024;

    private final LocalServer server;
    private final int maxLine;
    private final long stopMillis;
    private final ProcessTree tree;
    private final ProcessLog log;
    private final OutgoingLines outgoing;
    private final Conversation conversation;
    private volatile String session = "";

    private ServerProcess(
            LocalServer server, LocalSettings settings, Process process, ProcessLog log, Unasked unasked) {
        this.server = server;
        this.maxLine = settings.maxLine();
        this.stopMillis = settings.stopTimeout().toMillis();
        this.tree = new ProcessTree(process);
        this.log = log;
        this.outgoing = new OutgoingLines(settings.maxLine());
        this.conversation = new Conversation(
                "stdio:" + server.name(),
                settings.maxLine(),
                outgoing::offer,
                message -> unasked.said(session, message));
    }

    /**
     * Starts one; blocks while the system does.
     *
     * @param ended run once, when it has ended; must not block
     * @param unasked told of what it says by itself
     * @throws IOException naming the command
     */
    static ServerProcess start(LocalServer server, LocalSettings settings, Runnable ended, Unasked unasked)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(server.command());
        builder.environment().clear();
        builder.environment().putAll(server.environment());
        if (server.directory() != null) {
            builder.directory(server.directory().toFile());
        }
        Process process = builder.start();
        ProcessLog log = new ProcessLog(server.name(), server.secrets());
        log.started(process.pid());
        ServerProcess started = new ServerProcess(server, settings, process, log, unasked);
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

    /** What is said with it. */
    Conversation conversation() {
        return conversation;
    }

    /** It is this session from now on. */
    void is(String id) {
        session = Unasked.name(LocalServers.SCHEME + server.name(), id);
    }

    ProcessTree tree() {
        return tree;
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

    /** No answer comes any more. */
    private void lose() {
        if (conversation.lose()) {
            outgoing.end();
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

    private void tooLong() {
        String what = "wrote a line longer than " + maxLine + " bytes (serai.stdio.max-line)";
        log.warn(what);
        conversation.spoilt(
                new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, "stdio:" + server.name() + " " + what));
    }

    private void received(byte[] line) {
        if (!conversation.received(line)) {
            log.warn("wrote what is no JSON-RPC message", new String(line, StandardCharsets.UTF_8));
        }
    }
}
