package dev.serai.scenario;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A made-up protocol: POST /login with a secret gives a ticket, POST /entries wants it, POST /logout takes it back. */
final class LedgerServer implements AutoCloseable {
    static final String SECRET = "the-secret";

    /** A request as it came in; look-up of headers ignores case. */
    record Seen(String path, Map<String, List<String>> headers, String body) {}

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<String> tickets = ConcurrentHashMap.newKeySet();
    private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger logouts = new AtomicInteger();
    private final AtomicInteger entries = new AtomicInteger();
    private volatile int refusal = 401;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    LedgerServer() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        http.setExecutor(threads);
        http.createContext("/", this::serve);
        http.start();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    int logins() {
        return logins.get();
    }

    int logouts() {
        return logouts.get();
    }

    /** Entries made: the work of calls. */
    int entries() {
        return entries.get();
    }

    List<Seen> seen() {
        return seen;
    }

    int openTickets() {
        return tickets.size();
    }

    /** Forgets every ticket; calls with an unknown one get this status. */
    void expire(int status) {
        refusal = status;
        tickets.clear();
    }

    /** The next calls get these, one each, before any work. */
    void answerNextWith(Integer... next) {
        statuses.addAll(List.of(next));
    }

    /** Answers no call until {@link #resume()}. */
    void hang() {
        gate = new CountDownLatch(1);
    }

    void resume() {
        gate.countDown();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach(headers::put);
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            seen.add(new Seen(path, headers, body));
            exchange.getResponseHeaders().add("Set-Cookie", "visit=" + seen.size());
            exchange.getResponseHeaders().add("X-Visit", "again");
            switch (path) {
                case "/login" -> login(exchange);
                case "/entries" -> entry(exchange, body);
                case "/logout" -> logout(exchange);
                default -> answer(exchange, 400, "no such page");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void login(HttpExchange exchange) throws IOException {
        if (!("Bearer " + SECRET).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, "who are you?");
            return;
        }
        String ticket = "ticket-" + logins.incrementAndGet();
        tickets.add(ticket);
        answer(exchange, 200, "{\"id\":\"" + ticket + "\",\"branch\":\"north\"}");
    }

    private void entry(HttpExchange exchange, String body) throws IOException, InterruptedException {
        gate.await();
        Integer status = statuses.poll();
        if (status != null) {
            answer(exchange, status, "not now");
        } else if (!tickets.contains(ticket(exchange))) {
            answer(exchange, refusal, "no such ticket");
        } else if (!"north".equals(exchange.getRequestHeaders().getFirst("Ledger-Branch"))) {
            answer(exchange, 400, "wrong branch");
        } else {
            answer(exchange, 200, "{\"amount\":" + entries.incrementAndGet() + ",\"entry\":" + body + "}");
        }
    }

    private void logout(HttpExchange exchange) throws IOException {
        logouts.incrementAndGet();
        exchange.sendResponseHeaders(tickets.remove(ticket(exchange)) ? 204 : 404, -1);
    }

    private static String ticket(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestHeaders().getFirst("Ledger-Ticket"));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", status == 200 ? "application/json" : "text/plain");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        gate.countDown();
        http.stop(0);
        threads.shutdownNow();
    }
}
