import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * So many calls over REST, so many of them in flight. Arguments: what is expected, port of the gateway, its process id,
 * port of the MCP server, capability, ordinary calls that come first and are not judged, calls, in flight, timeout of a
 * call in milliseconds, and the margin in milliseconds by which a wait may exceed it. What is expected is one of
 *
 * <ul>
 *   <li>{@code answered}: every call gets 200
 *   <li>{@code timeout}: the server would hold every call for an hour; each gets 504, none of them early
 *   <li>{@code half-given-up}: every second call is one that the server would hold for an hour, and its client leaves 50
 *       ms after it was sent; the others get 200
 * </ul>
 *
 * <p>Prints statuses, waits and the gateway's memory. Exit status 1 for a status, a wait or counters of the server that
 * are not as expected.
 */
public final class InFlight {
    private static final int LEAVES_AFTER_MS = 50;
    private static final int SETTLED_LOOKS = 15;
    private static final int LIMIT_SECONDS = 600;
    private static final int WARM_TIMEOUT_MS = 60_000;
    private static final String GIVEN_UP = "given up";
    private static final String ANSWERED = "answered";
    private static final String TIMEOUT = "timeout";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client;
    private final String expected;
    private final int port;
    private final int upstreamPort;
    private final String capability;
    private final String gatewayPid;
    private final int warm;
    private final int calls;
    private final int inFlight;
    private final int held;
    private final long timeoutMs;
    private final long marginMs;
    private final AtomicInteger next = new AtomicInteger();
    /** The server's counters after the warm-up; empty where only its calls count. */
    private JsonObject before = new JsonObject();
    private final CountDownLatch open;
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicLong shortest = new AtomicLong(Long.MAX_VALUE);

    private InFlight(String[] args) {
        expected = args[0];
        port = Integer.parseInt(args[1]);
        gatewayPid = args[2];
        upstreamPort = Integer.parseInt(args[3]);
        capability = args[4];
        warm = Integer.parseInt(args[5]);
        calls = Integer.parseInt(args[6]);
        inFlight = Integer.parseInt(args[7]);
        held = Math.min(warm, 2 * inFlight);
        timeoutMs = Long.parseLong(args[8]);
        marginMs = Long.parseLong(args[9]);
        open = new CountDownLatch(calls);
        client = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(inFlight)
                .setMaxWaitQueueSize(-1)
                .setConnectTimeout(30_000));
    }

    public static void main(String[] args) {
        List<String> wrong;
        try {
            wrong = new InFlight(args).run();
        } catch (Exception e) {
            // The event loops would keep the process for ever.
            wrong = List.of(e.toString());
        }
        wrong.forEach(what -> System.out.println("WRONG: " + what));
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private List<String> run() throws Exception {
        warmUp();
        Memory memory = new Memory(vertx, gatewayPid);
        long begun = System.nanoTime();
        for (int i = 0; i < Math.min(calls, inFlight); i++) {
            call();
        }
        boolean all = open.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        System.out.println(new TreeMap<>(outcomes) + ", waits " + shortest + " to " + longest + " ms, all in " + millis
                + " ms; " + memory.secondHalf());
        List<String> wrong = new ArrayList<>();
        if (!all) {
            wrong.add(open.getCount() + " calls are not answered after " + LIMIT_SECONDS + " s");
        }
        checkOutcomes(wrong);
        checkCounters(wrong);
        return wrong;
    }

    /** Gateway, server and this client compile and connect before anything is judged: as many in flight, same connections. */
    private void warmUp() throws Exception {
        warm(new Warming("warm", WARM_TIMEOUT_MS, 200, warm));
        if (expected.equals(TIMEOUT)) {
            // What happens at a timeout is compiled as well, and the server told of each: those are not counted later.
            warm(new Warming("hold", timeoutMs, 504, held));
            AtomicInteger same = new AtomicInteger();
            waitForCounters(server -> {
                boolean still = server.equals(before) && same.incrementAndGet() >= SETTLED_LOOKS;
                if (!server.equals(before)) {
                    same.set(0);
                }
                before = server;
                return still ? "" : "the server's counters still change long after the warm-up: " + server;
            });
        }
    }

    private void warm(Warming warming) throws InterruptedException {
        for (int i = 0; i < Math.min(warming.calls, inFlight); i++) {
            warmOne(warming);
        }
        if (!warming.open.await(LIMIT_SECONDS, TimeUnit.SECONDS) || warming.failed.sum() > 0) {
            throw new IllegalStateException("of " + warming.calls + " calls to warm up " + warming.open.getCount()
                    + " had no answer and " + warming.failed + " not " + warming.status);
        }
    }

    private void warmOne(Warming warming) {
        if (warming.begun.getAndIncrement() >= warming.calls) {
            return;
        }
        client.request(HttpMethod.POST, port, "127.0.0.1", "/capabilities/" + capability)
                .compose(request -> statusOf(
                        request.putHeader("Content-Type", "application/json")
                                .putHeader("Serai-Timeout-Ms", Long.toString(warming.timeoutMs)),
                        "{\"message\":\"" + warming.message + "\"}"))
                .onComplete(answer -> {
                    if (answer.failed() || answer.result() != warming.status) {
                        warming.failed.increment();
                    }
                    warming.open.countDown();
                    warmOne(warming);
                });
    }

    /** Calls that are not judged, but for their status. */
    private static final class Warming {
        private final String message;
        private final long timeoutMs;
        private final int status;
        private final int calls;
        private final AtomicInteger begun = new AtomicInteger();
        private final CountDownLatch open;
        private final LongAdder failed = new LongAdder();

        Warming(String message, long timeoutMs, int status, int calls) {
            this.message = message;
            this.timeoutMs = timeoutMs;
            this.status = status;
            this.calls = calls;
            open = new CountDownLatch(calls);
        }
    }

    /** Asks for the body on the event loop itself: on another thread it may have gone by before. */
    private static Future<Integer> statusOf(HttpClientRequest request, String body) {
        return request.send(Buffer.buffer(body))
                .compose(response -> response.body().map(whole -> response.statusCode()));
    }

    private boolean leaves(int number) {
        return expected.equals("half-given-up") && number % 2 == 1;
    }

    private void call() {
        int number = next.getAndIncrement();
        if (number >= calls) {
            return;
        }
        boolean leaves = leaves(number);
        boolean held = leaves || expected.equals(TIMEOUT);
        long sent = System.nanoTime();
        client.request(HttpMethod.POST, port, "127.0.0.1", "/capabilities/" + capability)
                .compose(request -> {
                    request.putHeader("Content-Type", "application/json")
                            .putHeader("Serai-Timeout-Ms", Long.toString(timeoutMs));
                    if (leaves) {
                        long leaving = vertx.setTimer(LEAVES_AFTER_MS, timer -> request.connection().close());
                        // The connection serves another call then.
                        request.response().onComplete(answered -> vertx.cancelTimer(leaving));
                    }
                    return statusOf(request, "{\"message\":\"" + (held ? "hold " : "call ") + number + "\"}");
                })
                .map(status -> Integer.toString(status))
                .otherwise(failure -> leaves ? GIVEN_UP : failure.getClass().getSimpleName())
                .onSuccess(outcome -> {
                    outcomes.computeIfAbsent(outcome, first -> new LongAdder()).increment();
                    if (!leaves) {
                        long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
                        longest.accumulateAndGet(waited, Math::max);
                        shortest.accumulateAndGet(waited, Math::min);
                    }
                    open.countDown();
                    call();
                });
    }

    private void checkOutcomes(List<String> wrong) {
        int left = expected.equals("half-given-up") ? calls / 2 : 0;
        String status = expected.equals(TIMEOUT) ? "504" : "200";
        Map<String, Long> wanted = new TreeMap<>(Map.of(status, (long) calls - left));
        if (left > 0) {
            wanted.put(GIVEN_UP, (long) left);
        }
        Map<String, Long> found = new TreeMap<>();
        outcomes.forEach((outcome, count) -> found.put(outcome, count.sum()));
        if (!found.equals(wanted)) {
            wrong.add("outcomes " + found + ", expected " + wanted);
        }
        if (longest.get() > timeoutMs + marginMs) {
            wrong.add("a call waited " + longest + " ms, longer than its timeout of " + timeoutMs + " ms and "
                    + marginMs + " ms");
        }
        if (expected.equals(TIMEOUT) && shortest.get() < timeoutMs) {
            wrong.add("a call timed out after " + shortest + " ms, before its " + timeoutMs + " ms");
        }
    }

    private void checkCounters(List<String> wrong) throws Exception {
        try {
            waitForCounters(this::mistake);
        } catch (IllegalStateException e) {
            wrong.add(e.getMessage());
        }
    }

    /** The server is told of cancelled calls a little later. */
    private void waitForCounters(Function<JsonObject, String> check) throws Exception {
        String mistake = "none asked";
        for (int tries = 0; tries < 100 && !mistake.isEmpty(); tries++) {
            TimeUnit.MILLISECONDS.sleep(100);
            mistake = check.apply(client.request(HttpMethod.GET, upstreamPort, "127.0.0.1", "/counters")
                    .compose(request -> request.send().compose(response -> response.body()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS)
                    .toJsonObject());
        }
        if (!mistake.isEmpty()) {
            throw new IllegalStateException(mistake);
        }
    }

    private String mistake(JsonObject server) {
        long answered = outcomes.getOrDefault("200", new LongAdder()).sum();
        long reached = server.getLong("calls") - before.getLong("calls", (long) warm);
        long cut = server.getLong("abandoned") - before.getLong("abandoned", 0L);
        long cancelled = server.getLong("cancelled") - before.getLong("cancelled", 0L);
        boolean good = reached == answered + cut
                && cancelled >= cut
                && cancelled <= calls - answered
                && reached <= calls
                && (cut > 0) != expected.equals(ANSWERED)
                && server.getLong("initialize") == 1;
        return good ? "" : "the server's counters " + server + " do not fit " + answered + " answers";
    }
}
