package dev.serai.mcp.stdio;

import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalRequest;
import dev.serai.http.LocalServer;
import dev.serai.http.LocalServers;
import dev.serai.http.LocalSettings;
import dev.serai.http.Unasked;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.mcp.line.Conversation;
import dev.serai.mcp.line.Envelope;
import dev.serai.mcp.line.Refusals;
import dev.serai.mcp.line.Waiting;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The listed servers. A session is a process: {@code initialize} starts it, its id leads to it, DELETE ends it, and an
 * id whose process has ended is unknown (404). Requests without a session share one process of each server.
 */
final class StdioServers implements LocalServers {
    private static final String SESSION_ID = "Mcp-Session-Id";
    private static final String INITIALIZE = "initialize";
    private static final int ID_BYTES = 24;

    private final Map<String, LocalServer> servers;
    private final Processes processes;
    private final Executor executor;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, ServerProcess> sessions = new ConcurrentHashMap<>();
    private final SharedProcesses shared;

    StdioServers(LocalSettings settings, Executor executor, Unasked unasked) {
        this.servers = settings.servers().stream().collect(Collectors.toMap(LocalServer::name, Function.identity()));
        this.executor = executor;
        this.processes = new Processes(settings, executor, unasked);
        this.shared = new SharedProcesses(processes, settings.idle());
    }

    @Override
    public Set<String> names() {
        return new TreeSet<>(servers.keySet());
    }

    @Override
    public CompletableFuture<LocalAnswer> send(LocalRequest request) {
        LocalServer server = servers.get(request.name());
        if (server == null) {
            return CompletableFuture.failedFuture(unknown(request.name(), names()));
        }
        return switch (request.method()) {
            case "POST" -> post(server, request);
            case "GET" -> answer(listen(request));
            case "DELETE" -> answer(end(request));
            default -> answer(Refusals.NOT_ALLOWED);
        };
    }

    static CapabilityException unknown(String name, Set<String> names) {
        return new CapabilityException(
                ErrorCode.UPSTREAM_UNAVAILABLE,
                "the configuration lists no server serai.stdio." + name + ".command; it lists "
                        + (names.isEmpty() ? "none" : names));
    }

    private static CompletableFuture<LocalAnswer> answer(LocalAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private CompletableFuture<LocalAnswer> post(LocalServer server, LocalRequest request) {
        byte[] message = request.body().getBytes();
        Envelope envelope = Envelope.read(message);
        if (envelope == null) {
            return answer(Refusals.NO_MESSAGE);
        }
        String id = request.header(SESSION_ID);
        if (id != null) {
            ServerProcess process = sessions.get(id);
            return process == null
                    ? answer(Refusals.SESSION_LOST)
                    : pass(process, envelope, message, takesEvents(request));
        }
        if (INITIALIZE.equals(envelope.method()) && envelope.isRequest()) {
            return begin(server, envelope, message);
        }
        return relay(shared.get(server), process -> pass(process, envelope, message, takesEvents(request)));
    }

    private static CompletableFuture<LocalAnswer> pass(
            ServerProcess process, Envelope envelope, byte[] message, boolean takesEvents) {
        Conversation conversation = process.conversation();
        return envelope.isRequest()
                ? conversation.ask(envelope, message, takesEvents, Map.of())
                : answer(conversation.tell(message));
    }

    private static boolean takesEvents(LocalRequest request) {
        return Objects.requireNonNullElse(request.header("Accept"), "").contains("text/event-stream");
    }

    /** A process that no request has used yet is taken; else one is started. */
    private CompletableFuture<LocalAnswer> begin(LocalServer server, Envelope envelope, byte[] message) {
        ServerProcess unused = shared.takeUnused(server);
        CompletableFuture<ServerProcess> process =
                unused == null ? processes.start(server) : CompletableFuture.completedFuture(unused);
        return relay(process, begun -> shakeHands(begun, envelope, message));
    }

    private CompletableFuture<LocalAnswer> shakeHands(ServerProcess process, Envelope envelope, byte[] message) {
        String id = newId();
        sessions.put(id, process);
        process.is(id);
        processes.atEnd(process, () -> sessions.remove(id));
        CompletableFuture<LocalAnswer> answer =
                process.conversation().ask(envelope, message, false, Map.of(SESSION_ID, id));
        var unused = answer.whenComplete((answered, failure) -> {
            if (answered == null || !process.conversation().hasWorked()) {
                // Given up, failed or refused: there is no session.
                sessions.remove(id);
                processes.end(process);
            } else {
                executeOrSkip(process.tree()::remember);
            }
        });
        return answer;
    }

    /** The answer of a process that is there soon; giving it up gives up what it waits for. */
    private static CompletableFuture<LocalAnswer> relay(
            CompletableFuture<ServerProcess> process, Function<ServerProcess, CompletableFuture<LocalAnswer>> asking) {
        if (process.isDone() && !process.isCompletedExceptionally()) {
            return asking.apply(process.join());
        }
        CompletableFuture<LocalAnswer> outer = new CompletableFuture<>();
        var unused = process.whenComplete((started, failure) -> {
            if (failure != null) {
                outer.completeExceptionally(failure);
                return;
            }
            CompletableFuture<LocalAnswer> inner = asking.apply(started);
            var unusedOuter = outer.whenComplete((given, failed) -> inner.cancel(false));
            var unusedInner = inner.whenComplete((answered, broken) -> {
                if (broken != null) {
                    outer.completeExceptionally(broken);
                } else {
                    outer.complete(answered);
                }
            });
        });
        return outer;
    }

    private LocalAnswer listen(LocalRequest request) {
        String id = request.header(SESSION_ID);
        ServerProcess process = id == null ? null : sessions.get(id);
        if (process == null) {
            return id == null ? Refusals.NOT_ALLOWED : Refusals.SESSION_LOST;
        }
        InputStream events = process.conversation().listen();
        return events == null ? Refusals.STREAM_TAKEN : Waiting.stream(events);
    }

    private LocalAnswer end(LocalRequest request) {
        String id = request.header(SESSION_ID);
        ServerProcess process = id == null ? null : sessions.remove(id);
        if (process == null) {
            return Refusals.SESSION_LOST;
        }
        processes.end(process);
        return Refusals.empty(204);
    }

    private void executeOrSkip(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            // The gateway stops, and ends every process by itself.
        }
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        processes.close();
    }

    /** How the gateway finds this package. */
    public static final class Factory implements LocalServers.Factory {
        @Override
        public LocalServers create(LocalSettings settings, Executor executor, Unasked unasked) {
            return new StdioServers(settings, executor, unasked);
        }
    }
}
