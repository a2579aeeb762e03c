package dev.serai.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.session.SessionInfo;
import dev.serai.session.SessionPool;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Answers {@code /admin/sessions} and what lies below it. No answer holds a session id or a credential. */
public final class AdminEntry {
    private static final int DEFAULT_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;
    private static final int CREATED = 201;
    private static final int MOST_WAITING = 2;

    private final SessionPool pool;
    private final Function<String, CompletableFuture<@Nullable String>> opening;
    private final Duration patience;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    /**
     * @param opening opens a session for a capability, as {@link dev.serai.session.SessionControl#open} says
     * @param patience how long a request waits for an opening
     */
    public AdminEntry(
            SessionPool pool, Function<String, CompletableFuture<@Nullable String>> opening, Duration patience) {
        this.pool = pool;
        this.opening = opening;
        this.patience = patience;
    }

    /** A page of the sessions, in the order of their names; with {@code closed=true} those that ended last. */
    public void list(Exchange exchange) throws IOException {
        AdminAnswers.answer(exchange, request -> {
            Query query = Query.of(request);
            int limit = query.number("limit", DEFAULT_PAGE, LARGEST_PAGE);
            if (query.text("closed").equals("true")) {
                return SessionJson.closed(pool.directory().recentlyClosed().stream()
                        .filter(closed -> matches(closed.session(), query))
                        .limit(limit)
                        .toList());
            }
            List<SessionInfo> page =
                    pool.directory().list(session -> matches(session, query), query.text("after"), limit);
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            ArrayNode sessions = document.putArray("sessions");
            page.forEach(session -> sessions.add(SessionJson.of(session)));
            if (page.size() == limit) {
                document.put("next", page.get(limit - 1).name());
            }
            document.put("live", pool.stats().live());
            document.set("servers", SessionJson.servers(pool.directory().servers()));
            return document;
        });
    }

    /** The session that the path names, or how one of that name ended. */
    public void show(Exchange exchange) throws IOException {
        AdminAnswers.answer(exchange, request -> {
            String name = name(request);
            SessionInfo open = pool.directory().find(name);
            if (open != null) {
                return SessionJson.of(open);
            }
            return pool.directory().recentlyClosed().stream()
                    .filter(closed -> name.equals(closed.session().name()))
                    .findFirst()
                    .map(SessionJson::of)
                    .orElseThrow(() -> noSuchSession(name));
        });
    }

    /** Opens a session for the capability that the body names. */
    public void open(Exchange exchange) throws IOException {
        String id = capability(exchange.getMessage().getBody(byte[].class));
        AdminAnswers.change(exchange, "open", request -> id, request -> {
            String name = await(() -> opening.apply(required(id)));
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            document.put("opened", name != null);
            return name == null ? document : named(document, name);
        });
        if (exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE) == null) {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, CREATED);
        }
    }

    /** Opens a session in the place of the one that the path names, which then drains. */
    public void renew(Exchange exchange) throws IOException {
        AdminAnswers.change(exchange, "renew", AdminEntry::name, request -> {
            String name = existing(request);
            ObjectNode document = JsonNodeFactory.instance.objectNode().put("replaced", name);
            return named(document, await(() -> pool.control().renew(name)));
        });
    }

    /** Takes the session that the path names out of the pool. */
    public void close(Exchange exchange) throws IOException {
        AdminAnswers.change(exchange, "close", AdminEntry::name, request -> {
            String name = existing(request);
            ObjectNode document = named(JsonNodeFactory.instance.objectNode(), name);
            return document.put("closed", pool.control().close(name));
        });
    }

    private String existing(IngressRequest request) {
        String name = name(request);
        if (pool.directory().find(name) == null) {
            throw noSuchSession(name);
        }
        return name;
    }

    private ObjectNode named(ObjectNode document, String name) {
        SessionInfo session = pool.directory().find(name);
        return document.put("name", name).put("hash", session == null ? null : session.hash());
    }

    private static String name(IngressRequest request) {
        return request.pathVariables().getOrDefault("name", "");
    }

    private static boolean matches(SessionInfo session, Query query) {
        String provider = query.text("provider");
        return (provider.isEmpty() || provider.equals(session.provider()))
                && session.server().contains(query.text("server"));
    }

    private static @Nullable String capability(byte @Nullable [] body) {
        try {
            JsonNode id =
                    Json.MAPPER.readTree(body == null ? new byte[0] : body).path("capability");
            return id.isTextual() ? id.asText() : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static String required(@Nullable String id) {
        if (id == null) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS,
                    "expected a JSON object with the id of a capability: {\"capability\": \"…\"}");
        }
        return id;
    }

    /** Starts an opening and waits for it: with few others, because there are few threads and places for operators. */
    private <T extends @Nullable Object> T await(Supplier<CompletableFuture<T>> start) {
        if (!waiting.tryAcquire()) {
            throw new CapabilityException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    MOST_WAITING + " requests already wait for the opening of a session; ask again later");
        }
        try {
            return await(start.get());
        } finally {
            waiting.release();
        }
    }

    private <T extends @Nullable Object> T await(CompletableFuture<T> future) {
        try {
            return future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CapabilityException known) {
                throw known;
            }
            throw new IllegalStateException("an opening failed without telling why", e);
        } catch (TimeoutException e) {
            throw new CapabilityException(ErrorCode.TIMEOUT, "the session was not open in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CapabilityException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down", e);
        }
    }

    private static NoSuchThing noSuchSession(String name) {
        return new NoSuchThing("there is no open session " + name + "; GET /admin/sessions lists them");
    }
}
